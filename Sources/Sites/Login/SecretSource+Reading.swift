#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Receives what is waited for, in words, if that takes a while; called on the thread that waits.
public typealias WaitTeller = @Sendable (String) -> Void

/// The reason a secret is not available; never contains a part of it.
struct SecretError: Error, Equatable {
  var message: String
  var hint: String
}

extension SecretSource {
  /// Reads the secret from its source.
  ///
  /// - Parameters:
  ///   - environment: the process's environment variables.
  ///   - waiting: receives what is waited for, if that takes a while.
  /// - Throws: `SecretError` if it is missing, empty, not UTF-8, readable by every user of this machine, or if its
  ///   command fails or takes longer than a minute.
  func read(
    environment: [String: String] = ProcessInfo.processInfo.environment, waiting: WaitTeller = { _ in }
  ) throws(SecretError) -> Secret {
    switch self {
    case .environment(let name): try Self.readVariable(name, environment)
    case .file(let path): try Self.readFile(path, isPrivate: true)
    case .command(let command, let folder): try Self.readCommand(ShellCommand(command, in: folder), waiting)
    case .credential(let name): try Self.readCredential(name, environment)
    }
  }

  private static func readVariable(
    _ name: String, _ environment: [String: String]
  ) throws(SecretError) -> Secret {
    guard let value = environment[name] else {
      throw SecretError(
        message: "the environment variable \(name) is not set", hint: "export \(name), or name a file instead"
      )
    }
    guard !value.isEmpty else {
      throw SecretError(
        message: "the environment variable \(name) is empty", hint: "set \(name) to the secret")
    }
    return Secret(value)
  }

  /// - Parameter isPrivate: the file must be closed to other users; systemd protects its own.
  private static func readFile(_ path: String, isPrivate: Bool) throws(SecretError) -> Secret {
    let file: SecretFile
    do throws(SystemError) {
      file = try SecretFile(path: path)
    } catch {
      guard error.number != ETIMEDOUT else {
        throw SecretError(
          message: "\(path): nothing came within \(ShellCommand.limit.inSeconds) s",
          hint: "check what writes to it, or name a file")
      }
      throw SecretError(
        message: "\(path): cannot be read: \(error.words)", hint: "check the path and who may read the file")
    }
    guard !isPrivate || !file.isOpenToEveryone else {
      throw SecretError(
        message: "\(path): every user of this machine can read or write it", hint: "chmod 600 \(path)")
    }
    return try secret(
      in: file.bytes, from: path, hint: "put the secret on the first line of the file")
  }

  private static func readCommand(
    _ command: ShellCommand, _ waiting: WaitTeller
  ) throws(SecretError) -> Secret {
    let run: ShellCommand.Result
    do throws(SystemError) {
      run = try command.run {
        waiting("waiting for the secret's command, up to \(ShellCommand.limit.inSeconds) s")
      }
    } catch {
      throw SecretError(
        message: "the secret's command cannot be run: \(error.words)", hint: "check that /bin/sh works")
    }
    guard run.status != .timedOut else {
      throw SecretError(
        message: "the secret's command took longer than \(ShellCommand.limit.inSeconds) s and was killed",
        hint: "run it in a shell to see what it waits for")
    }
    guard run.status == .exited(0) else {
      // Its standard output is never shown: a command that fails late may have printed the secret.
      let complaint = String(decoding: run.complaint, as: UTF8.self).split(whereSeparator: \.isNewline).first
      let words = complaint.map { ": \(String($0).asOneLine(limit: 300))" } ?? ""
      throw SecretError(
        message: "the secret's command \(run.status.words)\(words)",
        hint: "run it in a shell to see what it says")
    }
    return try secret(
      in: run.output, from: "the secret's command", hint: "it must print the secret on its first line")
  }

  private static func readCredential(
    _ name: String, _ environment: [String: String]
  ) throws(SecretError) -> Secret {
    guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
      throw SecretError(
        message: "'\(name)' is not the name of a systemd credential",
        hint: "use the name from LoadCredential=")
    }
    guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
      throw SecretError(
        message: "no systemd credentials here: CREDENTIALS_DIRECTORY is not set",
        hint: "run as a systemd service with LoadCredential=\(name):…, or name a file instead")
    }
    return try readFile("\(folder)/\(name)", isPrivate: false)
  }

  /// Returns the first line, without its end.
  private static func secret(
    in bytes: [UInt8], from place: String, hint: String
  ) throws(SecretError) -> Secret {
    var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    guard !line.isEmpty else { throw SecretError(message: "\(place): the first line is empty", hint: hint) }
    guard let text = String(validating: line, as: UTF8.self) else {
      throw SecretError(message: "\(place): the first line is not UTF-8", hint: hint)
    }
    return Secret(text)
  }
}

extension Duration {
  /// The whole seconds, for a message.
  fileprivate var inSeconds: Int64 { components.seconds }
}
