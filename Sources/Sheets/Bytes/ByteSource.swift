/// The source of a sheet's bytes, read piece by piece.
protocol ByteSource: AnyObject {
  /// Fills the front of a non-empty buffer with the next bytes.
  ///
  /// - Returns: the number of bytes it wrote, from 1; 0 only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SheetError) -> Int
}

extension ByteSource {
  /// Fills the front of a non-empty array; returns as `read(into:)` for a buffer.
  func read(into array: inout [UInt8]) throws(SheetError) -> Int {
    unsafe try array.withUnsafeMutableBufferPointer { (buffer) throws(SheetError) in
      unsafe try read(into: UnsafeMutableRawBufferPointer(buffer))
    }
  }
}

/// A source whose first bytes can be looked at before they are read.
final class PeekableSource: ByteSource {
  private let source: any ByteSource
  private var head: [UInt8] = []

  init(_ source: any ByteSource) { self.source = source }

  /// Returns the next bytes, as many as asked for unless the source ends before.
  func peek(_ count: Int) throws(SheetError) -> [UInt8] {
    while head.count < count {
      var piece = [UInt8](repeating: 0, count: count - head.count)
      let length = try source.read(into: &piece)
      if length == 0 { break }
      head += piece.prefix(length)
    }
    return Array(head.prefix(count))
  }

  /// Skips bytes that were peeked at.
  func drop(_ count: Int) { head.removeFirst(min(count, head.count)) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SheetError) -> Int {
    guard !head.isEmpty else { return unsafe try source.read(into: buffer) }
    let length = min(head.count, buffer.count)
    unsafe buffer.copyBytes(from: head.prefix(length))
    drop(length)
    return length
  }
}

/// Bytes that are in memory already.
final class MemorySource: ByteSource {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let length = min(rest.count, buffer.count)
    unsafe buffer.copyBytes(from: rest.prefix(length))
    rest.removeFirst(length)
    return length
  }
}
