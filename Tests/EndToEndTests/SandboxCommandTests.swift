import Foundation
import TestSupport
import Testing

/// The sandbox as its own process: what other end-to-end tests stand on.
@Suite struct SandboxCommandTests {
  @Test func saysWhereItListensAndEndsWhenAsked() throws {
    let folder = try TemporaryFolder()
    let sandbox = try SandboxProcess(BinaryRunner(in: folder), ["--database", folder.path("s.sqlite")])
    #expect(sandbox.url.hasPrefix("http://127.0.0.1:"))
    #expect(FileManager.default.fileExists(atPath: folder.path("s.sqlite")))
    #expect(sandbox.terminate() == 0)
  }

  @Test func saysWhyItDoesNotStart() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SandboxProcess.Failure.self) {
      try SandboxProcess(BinaryRunner(in: folder), ["--database", folder.path("no/such/folder/s.sqlite")])
    }
  }
}
