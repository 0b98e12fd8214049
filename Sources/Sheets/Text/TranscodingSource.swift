/// A text in another encoding as UTF-8.
///
/// Undecodable bytes become `0xFF`, which no UTF-8 text contains, so that exactly the rows with such places are
/// detected and rejected later.
final class TranscodingSource: ByteSource {
  private static let undecodable: UInt8 = 0xFF

  private let source: any ByteSource
  private var decoder: Decoder
  private var input = [UInt8](repeating: 0, count: 64 << 10)
  private var output: [UInt8] = []
  private var delivered = 0

  private enum Decoder {
    /// The scalar of each byte, `nil` if there is none.
    case table([UInt32?])
    case utf16(isBigEndian: Bool, oddByte: UInt8?, highSurrogate: UInt16?)
  }

  /// - Precondition: the encoding is not UTF-8, which needs no transcoding.
  init(_ source: any ByteSource, _ mark: EncodingMark) {
    self.source = source
    switch mark.encoding {
    case .utf8: preconditionFailure("UTF-8 is passed on as it is")
    case .utf16: decoder = .utf16(isBigEndian: mark.isBigEndian, oddByte: nil, highSurrogate: nil)
    case .latin1: decoder = .table((0...255).map { UInt32($0) })
    case .windows1252: decoder = .table(TranscodingSource.windows1252)
    }
  }

  /// Returns the beginning of a sheet as UTF-8.
  static func decoded(_ head: [UInt8], _ mark: EncodingMark) -> [UInt8] {
    let source = TranscodingSource(MemorySource([]), mark)
    source.input = head
    source.decode(head.count)
    return source.output
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SheetError) -> Int {
    while delivered == output.count {
      output.removeAll(keepingCapacity: true)
      delivered = 0
      let length = try source.read(into: &input)
      guard length > 0 else {
        finish()
        if output.isEmpty { return 0 }
        break
      }
      decode(length)
    }
    let length = min(output.count - delivered, buffer.count)
    unsafe buffer.copyBytes(from: output[delivered..<delivered + length])
    delivered += length
    return length
  }

  private func decode(_ length: Int) {
    switch decoder {
    case .table(let scalars):
      for byte in input[..<length] {
        if byte < 0x80 { output.append(byte) } else { append(scalars[Int(byte)]) }
      }
    case .utf16(let isBigEndian, var oddByte, var highSurrogate):
      for byte in input[..<length] {
        guard let first = oddByte else {
          oddByte = byte
          continue
        }
        oddByte = nil
        let unit =
          isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first)
        append(unit, after: &highSurrogate)
      }
      decoder = .utf16(isBigEndian: isBigEndian, oddByte: oddByte, highSurrogate: highSurrogate)
    }
  }

  private func append(_ unit: UInt16, after highSurrogate: inout UInt16?) {
    if let high = highSurrogate {
      highSurrogate = nil
      if UTF16.isTrailSurrogate(unit) {
        append(0x10000 + (UInt32(high) & 0x3FF) << 10 + UInt32(unit) & 0x3FF)
        return
      }
      output.append(TranscodingSource.undecodable)
    }
    if unit < 0x80 {
      output.append(UInt8(unit))
    } else if UTF16.isLeadSurrogate(unit) {
      highSurrogate = unit
    } else {
      append(UInt32(unit))
    }
  }

  private func append(_ value: UInt32?) {
    if let value, let scalar = Unicode.Scalar(value), let bytes = UTF8.encode(scalar) {
      output.append(contentsOf: bytes)
    } else {
      output.append(TranscodingSource.undecodable)
    }
  }

  /// Marks a half-read rest at the end as undecodable; called again, it finds nothing.
  private func finish() {
    guard case .utf16(let isBigEndian, let oddByte, let highSurrogate) = decoder else { return }
    if highSurrogate != nil { output.append(TranscodingSource.undecodable) }
    if oddByte != nil { output.append(TranscodingSource.undecodable) }
    decoder = .utf16(isBigEndian: isBigEndian, oddByte: nil, highSurrogate: nil)
  }

  /// The scalars of windows-1252: latin-1 except for 0x80 to 0x9F, five of which are undefined.
  ///
  /// Source: https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WINDOWS/CP1252.TXT
  private static let windows1252: [UInt32?] = {
    let special: [UInt32] = [
      0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
      0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]
    return (UInt32(0)...255).map { byte in
      guard (0x80...0x9F).contains(byte) else { return byte }
      let scalar = special[Int(byte) - 0x80]
      return scalar == 0 ? nil : scalar
    }
  }()
}
