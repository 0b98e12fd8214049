import Foundation
import TestSupport

/// README or a guide as its reader follows it: files to write, a sandbox to start, commands to type.
///
/// A fenced block `console` has commands only, each after `$ `; one that ends otherwise than with 0 says so in a
/// comment, `# exit code 1: …`. Any other block with a name after its language is a file that the reader writes.
struct GuidePage {
  struct Command: Sendable {
    var text: String
    var exitCode: Int32
  }

  /// A page that cannot be followed.
  struct Mistake: Error { var text: String }

  var path: String
  private(set) var files: [(name: String, text: String)] = []
  private(set) var commands: [Command] = []
  /// The lines of a crontab without their times.
  private(set) var scheduled: [String] = []
  /// The targets of `make` that it names.
  private(set) var targets: [String] = []
  /// The arguments of the sandbox that it has its reader start.
  private(set) var sandbox: [String]?

  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: project.appendingPathComponent(path), encoding: .utf8)
  }

  static let all: [String] = {
    let guides = try? FileManager.default.contentsOfDirectory(
      atPath: project.appendingPathComponent("docs/guides").path)
    return ["README.md"] + (guides ?? []).sorted().map { "docs/guides/\($0)" }
  }()

  init(_ path: String) throws {
    self.path = path
    var lines = try Self.text(path).split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let start = lines.firstIndex(where: { $0.hasPrefix("```") }) {
      let words = lines[start].dropFirst(3).split(separator: " ")
      let rest = lines[(start + 1)...]
      guard let language = words.first, let end = rest.firstIndex(of: "```") else {
        throw Mistake(text: "\(path):\(start + 1): a block without a language or an end")
      }
      let block = rest[..<end]
      switch language {
      case "console": for line in block { try take(line) }
      case "crontab":
        scheduled += block.compactMap { line in
          line.range(of: "bulkpatch ").map { String(line[$0.lowerBound...]) }
        }
      default:
        if words.count > 1 { files.append((String(words[1]), block.map { $0 + "\n" }.joined())) }
      }
      lines = lines[(end + 1)...]
    }
  }

  private mutating func take(_ line: Substring) throws {
    guard line.hasPrefix("$ ") else { throw Mistake(text: "\(path): '\(line)' is no command") }
    let text = String(line.dropFirst(2))
    let words = text.prefix { $0 != "#" }.split(separator: " ").map(String.init)
    if words.first == "make" {
      targets += words.dropFirst()
      if words.contains("sandbox") { sandbox = try Self.sandboxOfMake() }
    } else if words.starts(with: ["bulkpatch", "sandbox"]) {
      sandbox = Array(words.dropFirst(2))
    } else {
      let code = text.firstMatch(of: /# exit code (\d+)/).flatMap { Int32($0.1) }
      commands.append(Command(text: text, exitCode: code ?? 0))
    }
  }

  /// The arguments that `make sandbox` starts it with.
  private static func sandboxOfMake() throws -> [String] {
    guard let recipe = try text("Makefile").firstMatch(of: /\$\(BINARY\) sandbox (.*)/) else {
      throw Mistake(text: "make sandbox starts none")
    }
    return recipe.1.split(separator: " ").map(String.init)
  }
}

extension GuidePage {
  /// A place where a page can be followed: the shipped jobs and samples, and the page's own sandbox.
  struct Desk {
    let folder: TemporaryFolder
    let runner: BinaryRunner
    private let sandbox: SandboxProcess?

    init(for page: GuidePage) throws {
      let folder = try TemporaryFolder()
      let runner = BinaryRunner(in: folder)
      (self.folder, self.runner) = (folder, runner)
      // A sandbox without a database file makes one there.
      try folder.write("tmp/.keep", "")
      sandbox = try page.sandbox.map { arguments in
        let port = arguments.firstIndex(of: "--port").map { $0...($0 + 1) }
        var own = arguments
        if let port { own.removeSubrange(port) }
        return try SandboxProcess(runner, own)
      }
      for name in ["jobs", "samples"] {
        try FileManager.default.copyItem(
          at: GuidePage.project.appendingPathComponent(name), to: folder.url.appendingPathComponent(name))
      }
      try write("jobs/sites.yaml", folder.read("jobs/sites.yaml"))
      for file in page.files { try write(file.name.replacing("~/", with: "home/"), file.text) }
      try folder.write("answers", String(repeating: "y\n", count: 10))
    }

    /// Writes a file in which this desk's sandbox stands in place of the one that a reader starts.
    private func write(_ name: String, _ text: String) throws { try folder.write(name, here(text)) }

    private func here(_ text: String) -> String {
      text.replacing("http://127.0.0.1:8080", with: sandbox?.url ?? "http://127.0.0.1:8080")
    }

    /// Types the commands into one shell, and returns how each ended and what it said.
    func type(_ commands: [Command]) throws -> [(exitCode: Int32?, said: String)] {
      let script = commands.enumerated().map { index, command in
        "{ \(here(command.text))\n} <answers >said.\(index) 2>&1; echo $? >code.\(index)\n"
      }
      _ = try runner.shell(script.joined())
      return commands.indices.map { index in
        let code = (try? folder.read("code.\(index)")).flatMap { Int32($0.dropLast()) }
        return (code, (try? folder.read("said.\(index)")) ?? "")
      }
    }
  }
}
