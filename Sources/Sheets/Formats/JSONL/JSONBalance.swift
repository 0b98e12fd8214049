/// Tells whether an object continues in the next line: one of its brackets or strings is open.
struct JSONBalance {
  private var depth = 0
  private var isInString = false

  var isOpen: Bool { depth > 0 || isInString }

  mutating func read(_ line: UnsafeRawBufferPointer) {
    var index = 0
    while index < line.count {
      let byte = unsafe line[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\\") where isInString: index += 1
      case .quote: isInString.toggle()
      case _ where isInString: break
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
    }
  }
}
