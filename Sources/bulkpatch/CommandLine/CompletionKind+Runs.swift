import ArgumentParser
import Foundation
import Runs
import Staging

extension CompletionKind {
  /// The runs of the state folder, the newest first, below the words that name one of them.
  static var runs: CompletionKind {
    .custom { words, _, _ in
      let folder = value(of: "--state-dir", in: words).map { URL(fileURLWithPath: $0).path }
      let options = CallOptions(stateFolder: folder, wantsJSON: false, isQuiet: true, isVerbose: false)
      guard let home = try? options.home() else { return [] }
      let runs = RunDirectory.all(in: home).map(\.id)
      return (runs.isEmpty ? [] : ["latest"]) + runs.reversed()
    }
  }

  /// The sites that the job on the command line, or the user, has a name for.
  static var sites: CompletionKind {
    .custom { words, _, _ in
      let job = words.last { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
      return SitesFile(besideJob: job, environment: ProcessInfo.processInfo.environment).names
    }
  }

  private static func value(of option: String, in words: [String]) -> String? {
    for (word, next) in zip(words, words.dropFirst()) where word == option { return next }
    return words.last { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
  }
}
