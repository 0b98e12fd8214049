import CZlib

/// The content of a gzip file (RFC 1952), all its members in order.
@safe final class GzipSource: ByteSource {
  /// The first bytes of every gzip file.
  private static let magic: [UInt8] = [0x1F, 0x8B]

  /// Returns whether a gzip file is next.
  static func isAhead(in source: PeekableSource) throws(SheetError) -> Bool {
    try source.peek(magic.count) == magic
  }

  private let source: any ByteSource
  private let place: String
  /// Allocated separately, because zlib keeps the address and refuses a stream that has moved.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private enum Position {
    case inMember
    case betweenMembers
    case inLaterMember
    case atEnd
  }
  private var position = Position.inMember

  init(_ source: any ByteSource, place: String) throws(SheetError) {
    self.source = source
    self.place = place
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe input = .allocate(capacity: 128 << 10)
    // 15 is the largest window; 16 more means only gzip.
    let status = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      throw SheetError(.unreadable, place: place, message: "not enough memory to decompress the sheet")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
    unsafe input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SheetError) -> Int {
    unsafe stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    unsafe stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let room = unsafe Int(stream.pointee.avail_out)
    while position != .atEnd {
      if unsafe stream.pointee.avail_in == 0, try !refill() { break }
      if position == .betweenMembers, try !beginMember() { continue }
      try inflateSome()
      let length = unsafe room - Int(stream.pointee.avail_out)
      if length > 0 { return length }
    }
    return 0
  }

  /// Reads compressed bytes; returns `false` at the end of the file.
  private func refill() throws(SheetError) -> Bool {
    let length = unsafe try source.read(into: UnsafeMutableRawBufferPointer(input))
    unsafe stream.pointee.next_in = input.baseAddress
    unsafe stream.pointee.avail_in = UInt32(length)
    guard length == 0 else { return true }
    guard position == .betweenMembers else {
      throw SheetError(
        .damaged, place: place, message: "the compressed sheet ends too early: the file is cut off",
        hint: "copy or download it again; gzip -t tests it")
    }
    position = .atEnd
    return false
  }

  /// Skips the zeros with which some tools pad gzip files; returns `true` if another member begins.
  private func beginMember() throws(SheetError) -> Bool {
    while unsafe stream.pointee.avail_in > 0, unsafe stream.pointee.next_in.pointee == 0 {
      unsafe stream.pointee.next_in += 1
      unsafe stream.pointee.avail_in -= 1
    }
    guard unsafe stream.pointee.avail_in > 0 else { return false }
    unsafe inflateReset(stream)
    position = .inLaterMember
    return true
  }

  private func inflateSome() throws(SheetError) {
    switch unsafe inflate(stream, Z_NO_FLUSH) {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: position = .betweenMembers
    case Z_MEM_ERROR:
      throw SheetError(.unreadable, place: place, message: "not enough memory to decompress the sheet")
    default:
      let reason = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "wrong data"
      throw SheetError(
        .damaged, place: place,
        message: position == .inLaterMember
          ? "something that cannot be decompressed follows the compressed sheet (\(reason))"
          : "the compressed sheet is broken (\(reason))",
        hint: "copy or download it again; gzip -t tests it")
    }
  }
}
