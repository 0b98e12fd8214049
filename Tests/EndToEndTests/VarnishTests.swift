import Foundation
import TestSupport
import Testing

/// A real gateway between the tool and its site; `GatewayTests` has a scripted one, which is always there.
@Suite(
  .blocking,
  .enabled("Varnish is not installed here") { try Varnish.isThere(TemporaryFolder()) })
struct VarnishTests {
  private static let rows = 40

  /// Behind it the site applies a change and its answer is cut off, or comes after the client has stopped
  /// waiting: to the tool both look like "503 Backend fetch failed", with a request to come back in five
  /// seconds.
  @Test(arguments: ["after=9 times=2 reset=after-commit", "after=9 times=2 stall=700ms at=late"])
  func noNoteIsAddedTwice(fault: String) throws {
    let desk = try Desk(incidents: 30, "--fault", "PATCH incidents \(fault)", "--seed", "5")
    let varnish = try Varnish(to: desk.url, patience: "200ms", in: desk.folder)
    try desk.writeSites(at: varnish.url)
    let rows = (1...Self.rows).map { "\($0 % 30 + 1),note \($0),1\n" }.joined()
    try desk.folder.write("notes.csv", "id,threads.append.text,threads.append.entryType\n" + rows)
    let result = try desk.call(
      desk.run("notes.csv", "--settle", "800ms", "--retries-base", "1ms", "--retries-attempts", "9"), exits: 0
    )
    #expect(try desk.faults() > 0, "\(result)")
    #expect(try desk.counts() == ["applied": Self.rows])
    let texts = try desk.threads { $0.hasPrefix("note ") }.values.flatMap { $0 }
    #expect(texts.sorted() == (1...Self.rows).map { "note \($0)" }.sorted())
  }
}
