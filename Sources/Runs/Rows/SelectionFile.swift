package import Console
import Foundation
import JSON
package import Records
import Staging

/// A sheet that is being written from a query, with a cursor beside it from which the same query goes on.
///
/// Rows go to `FILE.part`. After each page, which is on the disk by then, `FILE.cursor` says how far it is. Whatever
/// stands behind that in the part, a kill has left. At the end the part gets the file's name.
package final class SelectionFile {
  private let path: String
  private let identity: String
  private let descriptor: Int32
  private var bytes = 0
  /// The last id whose page is in the file; `nil` before the first.
  package private(set) var last: RecordID?
  /// The rows in the file, without the header.
  package private(set) var rows = 0
  /// The rows that an earlier call has written.
  package let earlierRows: Int

  private var part: String { path + ".part" }
  private var cursor: String { path + ".cursor" }

  /// Begins a file, or goes on with one that was cut short.
  ///
  /// - Parameters:
  ///   - identity: what makes the query the same.
  ///   - overwrites: replaces a finished file, and what is left of another query.
  /// - Throws: `UserError`: 64 if there is a file already, 74 if it cannot be written.
  package init(_ path: String, identity: String, header: [UInt8], overwrites: Bool) throws(UserError) {
    self.path = path
    self.identity = identity
    guard overwrites || !FileManager.default.fileExists(atPath: path) else {
      throw UserError(.usage, place: path, "is there already", hint: "name another file, or add --overwrite")
    }
    let (part, cursor) = (path + ".part", path + ".cursor")
    var begun = FileManager.default.contents(atPath: cursor).flatMap { try? JSONValue(parsing: Array($0)) }
    if let other = begun, other["selection"]?.string != identity {
      guard overwrites else {
        throw UserError(
          .usage, place: cursor, "an unfinished selection of other records is there",
          hint: "finish it with the command that began it, name another file, or add --overwrite")
      }
      begun = nil
    }
    descriptor = unsafe open(part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.failure(part) }
    if let begun, let size = begun["bytes"]?.integer, let rows = begun["rows"]?.integer {
      (bytes, self.rows, last) = (Int(size), Int(rows), RecordID(json: begun["last"]))
    }
    var facts = stat()
    // A part that lacks what its cursor says was changed by another program: it starts over.
    if unsafe fstat(descriptor, &facts) != 0 || Int(facts.st_size) < bytes {
      (bytes, rows, last) = (0, 0, nil)
    }
    earlierRows = rows
    guard ftruncate(descriptor, off_t(bytes)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw Self.failure(part)
    }
    if bytes == 0 { try write(header) }
  }

  deinit { close(descriptor) }

  /// Adds a page, and notes durably that it is there.
  ///
  /// - Parameter last: the last id that was looked at.
  /// - Throws: `UserError` with exit code 74.
  package func append(_ lines: [UInt8], rows: Int, last: RecordID?) throws(UserError) {
    try write(lines)
    self.rows += rows
    self.last = last ?? self.last
    guard fsync(descriptor) == 0 else { throw Self.failure(part) }
    let note: JSONValue = [
      "selection": .string(identity), "bytes": .integer(Int64(bytes)), "rows": .integer(Int64(self.rows)),
      "last": self.last?.json ?? .null,
    ]
    do throws(StagingError) {
      let file = try WholeFile(path: cursor, temporaryPath: cursor + ".new", isForAll: false)
      try file.append(note.bytes())
      try file.prepare()
      try file.commit()
    } catch { throw UserError(error) }
  }

  /// Gives the finished file its name.
  ///
  /// - Throws: `UserError` with exit code 74.
  package func finish() throws(UserError) {
    guard fsync(descriptor) == 0, unsafe rename(part, path) == 0 else { throw Self.failure(path) }
    unsafe unlink(cursor)
  }

  private func write(_ data: [UInt8]) throws(UserError) {
    var start = 0
    while start < data.count {
      let count = unsafe data.withUnsafeBytes { bytes in
        unsafe Foundation.write(descriptor, bytes.baseAddress?.advanced(by: start), data.count - start)
      }
      if count >= 0 { start += count } else if errno != EINTR { throw Self.failure(part) }
    }
    bytes += data.count
  }

  private static func failure(_ path: String) -> UserError {
    UserError(
      .inputOutput, place: path, "cannot be written: \(unsafe String(cString: strerror(errno)))",
      hint: "check the folder and its disk; the same command goes on from where it was")
  }
}
