import Foundation
import JSON
import TestSupport

/// A headless Chromium that opens pages and records what they did: requests, violations, errors, and
/// screenshots.
///
/// The tests talk to it over two pipes (`--remote-debugging-pipe`), in JSON with a NUL after each message.
final class Chromium {
  /// The reason that it cannot be used.
  struct Failure: Error { var text: String }

  private let child: ChildProcess
  private let input: Int32
  private let output: Int32
  private var session: String?
  private var number: Int64 = 0
  private var received: [UInt8] = []
  private var scanned = 0
  /// The events so far, by method.
  private(set) var events: [(method: String, parameters: JSONValue)] = []

  static func isThere(_ folder: TemporaryFolder) throws -> Bool {
    try BinaryRunner(in: folder).shell("command -v chromium").exitCode == 0
  }

  init(in folder: TemporaryFolder) throws {
    var toChild: [Int32] = [0, 0]
    var fromChild: [Int32] = [0, 0]
    guard unsafe pipe(&toChild) == 0, unsafe pipe(&fromChild) == 0 else { throw Failure(text: "no pipe") }
    (input, output) = (toChild[1], fromChild[0])
    for descriptor in [input, output] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let home = folder.path("browser")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    // Chromium has no sandbox for root; the pages are our own.
    let script = """
      exec 3<&0 4>&1 </dev/null >/dev/null
      exec chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
      --disable-dev-shm-usage --disable-background-networking --user-data-dir='\(home)' --remote-debugging-pipe
      """
    child = try ChildProcess(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home],
      folder: home, input: .descriptor(toChild[0]), output: .descriptor(fromChild[1]),
      error: .file(folder.path("browser.err")))
    close(toChild[0])
    close(fromChild[1])
    let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] ?? .null
    session = try call("Target.attachToTarget", ["targetId": target, "flatten": true])["sessionId"]?.string
    for domain in ["Page", "Runtime", "Log", "Network", "Audits"] { _ = try call("\(domain).enable") }
  }

  deinit {
    child.send(SIGKILL)
    _ = child.wait(10)
    close(input)
    close(output)
  }

  /// Sends a request and waits for the answer.
  @discardableResult
  func call(_ method: String, _ parameters: JSONObject = JSONObject()) throws -> JSONObject {
    number += 1
    var message: JSONObject = [
      "id": .integer(number), "method": .string(method), "params": .object(parameters),
    ]
    message["sessionId"] = session.map(JSONValue.string)
    let bytes = JSONValue.object(message).bytes() + [0]
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe write(input, $0.baseAddress?.advanced(by: sent), bytes.count - sent)
      }
      guard count > 0 else { throw Failure(text: "\(method): the browser has gone") }
      sent += count
    }
    while true {
      let answer = try next()
      guard answer["id"] == .integer(number) else { continue }
      if let error = answer["error"] { throw Failure(text: "\(method): \(error.text())") }
      return answer["result"]?.object ?? JSONObject()
    }
  }

  /// The next message; an event is kept as well.
  private func next() throws -> JSONValue {
    let deadline = Date(timeIntervalSinceNow: 60)
    while true {
      if let end = received[scanned...].firstIndex(of: 0) {
        let message = try JSONValue(parsing: Array(received[..<end]))
        received.removeFirst(end + 1)
        scanned = 0
        if let method = message["method"]?.string { events.append((method, message["params"] ?? .null)) }
        return message
      }
      scanned = received.count
      var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&ready, 1, 1_000) >= 0, Date() < deadline else { throw Failure(text: "no answer") }
      guard ready.revents != 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe read(output, &buffer, buffer.count)
      guard count > 0 else { throw Failure(text: "the browser has gone") }
      received += buffer[..<count]
    }
  }
}

extension Chromium {
  /// Opens a file in a window of that size and waits until its script has done its work.
  ///
  /// - Returns: milliseconds from the start of the navigation to there.
  @discardableResult
  func open(_ path: String, width: Int, height: Int = 900) throws -> Double {
    try call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": .integer(Int64(width)), "height": .integer(Int64(height)), "deviceScaleFactor": 1,
        "mobile": .bool(width < 500),
      ])
    try call("Page.navigate", ["url": .string(URL(fileURLWithPath: path).absoluteString)])
    let deadline = Date(timeIntervalSinceNow: 60)
    while try evaluate("document.documentElement.dataset.ready ?? ''") != "yes" {
      guard Date() < deadline else { throw Failure(text: "the page is not ready: \(complaints)") }
      usleep(10_000)
    }
    // Two frames later it is on the screen.
    let script =
      "new Promise(d => requestAnimationFrame(() => requestAnimationFrame(() => d(performance.now()))))"
    return Double(try evaluate(script, waits: true)) ?? 0
  }

  /// The value of an expression of the page, as a text.
  @discardableResult
  func evaluate(_ expression: String, waits: Bool = false) throws -> String {
    let answer = try call(
      "Runtime.evaluate",
      ["expression": .string("String(\(waits ? "0" : expression))"), "returnByValue": true])
    guard waits else { return answer["result"]?["value"]?.string ?? "" }
    let later = try call(
      "Runtime.evaluate", ["expression": .string(expression), "returnByValue": true, "awaitPromise": true])
    return later["result"]?["value"]?.text() ?? ""
  }

  /// Writes the whole page as a PNG.
  func writeScreenshot(_ path: String, isDark: Bool = false) throws {
    try call(
      "Emulation.setEmulatedMedia",
      ["features": .array([["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]])])
    let size = try call("Page.getLayoutMetrics")["cssContentSize"]
    let clip: JSONObject = [
      "x": 0, "y": 0, "width": size?["width"] ?? 1280, "height": size?["height"] ?? 900, "scale": 1,
    ]
    let data = try call("Page.captureScreenshot", ["captureBeyondViewport": true, "clip": .object(clip)])[
      "data"]
    guard let bytes = Data(base64Encoded: data?.string ?? "") else { throw Failure(text: "no picture") }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// Writes the page as a printer gets it.
  func writePDF(_ path: String) throws {
    let data = try call("Page.printToPDF", ["preferCSSPageSize": true])["data"]?.string ?? ""
    guard let bytes = Data(base64Encoded: data) else { throw Failure(text: "no pages") }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// Addresses that were asked for, other than those of files and of what is in the page itself.
  var requests: [String] {
    events.filter { $0.method == "Network.requestWillBeSent" }
      .compactMap { $0.parameters["request"]?["url"]?.string }
      .filter { url in !["file:", "data:", "about:"].contains { url.hasPrefix($0) } }
  }

  /// The page's misbehaviour: violations of its policy, errors, and words on the console.
  var complaints: [String] {
    let methods = [
      "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Audits.issueAdded",
    ]
    return events.filter { methods.contains($0.method) }.map {
      "\($0.method) \($0.parameters.text().prefix(600))"
    }
  }
}
