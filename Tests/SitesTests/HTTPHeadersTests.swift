import Testing

@testable import Sites

@Suite struct HTTPHeadersTests {
  private func headers(_ lines: String...) -> HTTPHeaders {
    var headers = HTTPHeaders()
    for line in lines {
      let bytes = Array(line.utf8)
      headers.append(line: bytes.span)
    }
    return headers
  }

  @Test func namesAreFoundInAnyCase() {
    let headers = headers("ETag: a\r\n", "content-TYPE:\ttext/html \r\n", "Retry-After:5\n")
    #expect(headers["etag"] == "a")
    #expect(headers["Content-Type"] == "text/html")
    #expect(headers["RETRY-AFTER"] == "5")
    #expect(headers["Retry"] == nil)
    #expect(headers["Retry-After:"] == nil)
    #expect(headers[""] == nil)
  }

  @Test func theFirstFieldOfANameCounts() {
    #expect(headers("A: 1\r\n", "a: 2\r\n")["a"] == "1")
  }

  @Test func aLineWithoutAColonIsNoField() {
    let headers = headers("nonsense\r\n", "B: é: x\r\n", "C:\r\n")
    #expect(headers["nonsense"] == nil)
    #expect(headers["b"] == "é: x")
    #expect(headers["c"] == "")
  }

  @Test func onlyLettersHaveACase() {
    #expect(headers("x@y: 1\r\n")["x`y"] == nil)
    #expect(headers("x[y: 1\r\n")["x{y"] == nil)
  }
}
