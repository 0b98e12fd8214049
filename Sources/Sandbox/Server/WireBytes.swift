import Foundation
import NIOCore

/// The bytes of an answer or of a stored document, in the making.
///
/// An array would count its references with each append.
@safe struct WireBytes: ~Copyable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    unsafe start = .allocate(capacity: capacity)
  }

  deinit { unsafe start.deallocate() }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let first = bytes.baseAddress else { return }
    if bytes.count > capacity - count { grow(by: bytes.count) }
    unsafe memcpy(start + count, first, bytes.count)
    count += bytes.count
  }

  mutating func append(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBufferPointer { unsafe append($0) } }

  mutating func append(_ text: StaticString) { text.withUTF8Buffer { unsafe append($0) } }

  // A literal without a label would otherwise be a `String`, which is counted.
  mutating func append(text: String) {
    var text = text
    text.withUTF8 { unsafe append($0) }
  }

  /// Appends a number of at least 0 in decimal digits.
  mutating func append(digitsOf number: UInt64) {
    if number > 9 { append(digitsOf: number / 10) }
    if count == capacity { grow(by: 1) }
    unsafe start[count] = UInt8(ascii: "0") + UInt8(number % 10)
    count += 1
  }

  private mutating func grow(by length: Int) {
    capacity = 2 * capacity + length
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    unsafe memcpy(larger, start, count)
    unsafe start.deallocate()
    unsafe start = unsafe larger
  }

  /// The number of control characters from a place on, except tabs.
  func controls(from place: Int) -> Int {
    var controls = 0
    for index in place..<count {
      let byte = unsafe start[index]
      controls += byte < 0x20 && byte != 0x09 || byte == 0x7F ? 1 : 0
    }
    return controls
  }

  /// Has the bytes read where they are.
  func read<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    unsafe body(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The bytes, and more after them, as they are handed to the connection.
  func buffer(followedBy rest: borrowing WireBytes, _ allocator: ByteBufferAllocator) -> ByteBuffer {
    var buffer = allocator.buffer(capacity: count + rest.count)
    unsafe buffer.writeBytes(UnsafeRawBufferPointer(start: start, count: count))
    unsafe buffer.writeBytes(UnsafeRawBufferPointer(start: rest.start, count: rest.count))
    return buffer
  }
}
