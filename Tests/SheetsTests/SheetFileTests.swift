import Foundation
import TestSupport
import Testing

@testable import Sheets

/// Sheets as files: what is on disk, compressed or not, missing or broken.
@Suite struct SheetFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func sha256(_ bytes: [UInt8]) -> String {
    let hash = SHA256Hash()
    unsafe bytes.withUnsafeBytes { unsafe hash.update($0) }
    return hash.finish()
  }

  /// Rows whose compressed form has several pieces.
  private static let text =
    "id,note\n" + (0..<40_000).map { "\($0),\(UInt64($0) &* 0x9E37_79B9_7F4A_7C15)\n" }.joined()

  @Test func digestsTheTextWhetherItIsCompressedOrNot() throws {
    let text = Array(Self.text.utf8)
    let expected = SheetDigest(size: Int64(text.count), sha256: Self.sha256(text))
    for bytes in [Array(Self.text.utf8), try gzip(Array(Self.text.utf8))] {
      let path = try folder.write("sheet.csv", bytes)
      let sheet = try Sheet(path: path)
      #expect(sheet.digest == nil)
      var count = 0
      while let row = try sheet.next() {
        count += 1
        #expect(row.number == count)
        #expect(sheet.digest == nil)
      }
      #expect(count == 40_000)
      #expect(sheet.digest == expected)
      // The hash that earlier versions have stored.
      let onDisk = SheetDigest(size: Int64(bytes.count), sha256: Self.sha256(bytes))
      #expect(try Sheet.digests(of: path) == [expected, onDisk])
      #expect(try Sheet.size(of: path) == (bytes == text ? Int64(text.count) : nil))
      #expect(try sheet.next() == nil)
    }
  }

  @Test func readsAllMembersOfAGzipFile() throws {
    let parts = [Array("id,note\n1,".utf8), [], Array("x\n2,y\n".utf8)]
    let bytes = try parts.flatMap { try gzip($0) }
    #expect(try ReadSheet(bytes).cells == [["1", "x"], ["2", "y"]])
    #expect(try ReadSheet(bytes + [0, 0, 0]).cells == [["1", "x"], ["2", "y"]])
  }

  @Test func saysWhenAGzipFileIsCutOffOrBroken() throws {
    let bytes = try gzip(Array(Self.text.utf8))
    for length in [3, 15, 5000, bytes.count - 9, bytes.count - 1] {
      let found = try #require(error(bytes.prefix(length)))
      #expect(found.kind == .damaged)
      #expect(found.message.contains("cut off"))
    }
    var broken = bytes
    broken[bytes.count - 6] ^= 0xFF
    #expect(error(broken)?.message == "the compressed sheet is broken (incorrect data check)")
    #expect(error(bytes + [0x41, 0x42])?.kind == .damaged)
    #expect(error(bytes + bytes.prefix(12))?.kind == .damaged)
  }

  /// The first bytes of a sheet of 40,000 rows are read when it is opened, the others not yet.
  @Test(arguments: ["appended", "cut", "overwritten"])
  func refusesASheetThatChangesWhileItIsRead(_ change: String) throws {
    let path = try folder.write("sheet.csv", Self.text)
    let sheet = try Sheet(path: path)
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    switch change {
    case "appended":
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("40001,x\n".utf8))
    case "cut": try handle.truncate(atOffset: 500_000)
    default:
      try handle.write(contentsOf: Data("id".utf8))
      // The same size, and not a time that the file may have had before.
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
    }
    var found: SheetError?
    do throws(SheetError) { while try sheet.next() != nil {} } catch { found = error }
    #expect(found?.kind == .changed)
    #expect(found?.message.hasPrefix("the sheet changed while it was read: ") == true)
    #expect(sheet.digest == nil)
  }

  @Test func givesTheRowsBeforeTheDamage() throws {
    let bytes = try gzip(Array(Self.text.utf8))
    let path = try folder.write("sheet.csv.gz", bytes.dropLast(100))
    let sheet = try Sheet(path: path)
    #expect(sheet.isCompressed)
    var count = 0
    #expect(throws: SheetError.self) { while try sheet.next() != nil { count += 1 } }
    #expect(count > 30_000)
    #expect(sheet.digest == nil)
  }

  @Test func saysWhyAFileCannotBeOpened() throws {
    let missing = folder.path("missing.csv")
    #expect(fileError(missing)?.kind == .notFound)
    #expect(fileError(missing)?.description == "\(missing): there is no such file")
    #expect(fileError(folder.url.path)?.message == "is a directory")
    let empty = try folder.write("empty.csv", "")
    #expect(fileError(empty)?.kind == .empty)
    #expect(fileError(try folder.write("empty.csv.gz", try gzip([])))?.kind == .empty)
  }

  @Test func saysThatAFileMayNotBeRead() throws {
    let path = try folder.write("secret.csv", "a\n1\n")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    // Root reads everything.
    if getuid() != 0 { #expect(fileError(path)?.kind == .unreadable) }
  }

  private func fileError(_ path: String) -> SheetError? {
    do throws(SheetError) {
      _ = try Sheet(path: path)
      return nil
    } catch {
      return error
    }
  }

  @Test func spoolsStandardInputWholly() throws {
    let bytes = Array(Self.text.utf8)
    let input = unsafe open(try folder.write("input", bytes), O_RDONLY)
    defer { close(input) }
    let copy = folder.path("sheet")
    try Sheet.spool(standardInputTo: copy, from: input)
    let digest = SheetDigest(size: Int64(bytes.count), sha256: Self.sha256(bytes))
    #expect(try Sheet.digests(of: copy) == [digest])
    let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["input", "sheet"])
  }

  @Test func leavesNothingBehindWhenSpoolingFails() throws {
    #expect(spoolError(to: folder.path("no/such/folder"), from: 0)?.kind == .storage)
    let closed = unsafe open(folder.url.path, O_RDONLY)
    defer { close(closed) }
    #expect(spoolError(to: folder.path("sheet"), from: closed)?.kind == .unreadable)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func slowStandardInputDoesNotDelayAStop() throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    _ = unsafe write(ends[1], "id,subject\n", 11)
    var asked = 0
    var error: SheetError?
    do throws(SheetError) {
      try Sheet.spool(standardInputTo: folder.path("sheet"), from: ends[0]) {
        asked += 1
        return asked > 2
      }
    } catch let failure { error = failure }
    #expect(error?.kind == .stopped)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  private func spoolError(to path: String, from descriptor: Int32) -> SheetError? {
    do throws(SheetError) {
      try Sheet.spool(standardInputTo: path, from: descriptor)
      return nil
    } catch {
      return error
    }
  }
}
