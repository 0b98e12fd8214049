import ArgumentParser
import Foundation
import Runs
import Staging

extension CompletionKind {
  /// The runs of the state folder, newest first, after the words for the newest of all and of each job.
  static var runs: CompletionKind {
    .custom { words, _, _ in
      let ids = runIDs(words)
      return (ids.isEmpty ? [] : ["latest"]) + jobs(of: ids).map { "latest:\($0)" } + ids
    }
  }

  /// The jobs that have runs in the state folder.
  static var jobs: CompletionKind { .custom { words, _, _ in jobs(of: runIDs(words)) } }

  /// The sites that the job on the command line, or the user, has a name for.
  static var sites: CompletionKind {
    .custom { words, _, _ in
      let job = words.last { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
      return SitesFile(besideJob: job, environment: ProcessInfo.processInfo.environment).names
    }
  }

  private static func runIDs(_ words: [String]) -> [String] {
    let folder = value(of: "--state-dir", in: words).map { URL(fileURLWithPath: $0).path }
    let options = CallOptions(stateFolder: folder, wantsJSON: false, isQuiet: true, isVerbose: false)
    guard let home = try? options.home() else { return [] }
    return RunDirectory.all(in: home).map(\.id).reversed()
  }

  /// Returns the jobs that run ids are named after, the one with the newest run first.
  private static func jobs(of ids: [String]) -> [String] {
    ids.map { String($0.drop { $0 != "-" }.dropFirst()) }.reduce(into: []) { jobs, job in
      if !jobs.contains(job) { jobs.append(job) }
    }
  }

  private static func value(of option: String, in words: [String]) -> String? {
    for (word, next) in zip(words, words.dropFirst()) where word == option { return next }
    return words.last { $0.hasPrefix("\(option)=") }.map { String($0.dropFirst(option.count + 1)) }
  }
}
