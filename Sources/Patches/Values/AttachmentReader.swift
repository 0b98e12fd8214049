import Foundation

/// Reads the files that a sheet attaches: only regular files, only from the sheet's folder or below.
struct AttachmentReader: Sendable {
  /// The sheet's folder.
  let folder: String
  /// The largest file, in bytes.
  let limit: Int

  /// A file ready for a request body.
  struct Attachment {
    var fileName: String
    var base64: String
  }

  /// Reads the file at a path relative to the folder, or reports why it cannot be attached.
  func read(_ path: String, at column: String, _ report: inout RowReport) -> Attachment? {
    guard !path.hasPrefix("/"), !path.hasPrefix("~"), !path.contains("\0"),
      !path.split(separator: "/").contains("..")
    else {
      report.error(
        "file-outside-folder", column, value: path, "leaves the folder of the sheet",
        hint: "give a path relative to the sheet, of a file beside it or below it")
      return nil
    }
    let base = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath().path
    let file = URL(fileURLWithPath: "\(folder)/\(path)").resolvingSymlinksInPath()
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: file.path) else {
      report.error("file-missing", column, value: path, "there is no such file beside the sheet")
      return nil
    }
    // A symbolic link may point anywhere, so that the place it leads to counts.
    guard file.path.hasPrefix(base == "/" ? base : base + "/") else {
      report.error(
        "file-outside-folder", column, value: path, "is a link out of the folder of the sheet",
        hint: "copy the file into the sheet's folder")
      return nil
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      report.error("not-a-file", column, value: path, "is not a regular file")
      return nil
    }
    guard isWithinLimit(attributes[.size] as? Int ?? 0, path, at: column, &report) else { return nil }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: file)
    } catch {
      report.error("file-unreadable", column, value: path, "cannot be read", hint: "check its permissions")
      return nil
    }
    guard isWithinLimit(bytes.count, path, at: column, &report) else { return nil }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Attachment(fileName: name, base64: bytes.base64EncodedString())
  }

  /// Whether a file of that many bytes may be attached; reports it if not.
  func isWithinLimit(
    _ size: Int, _ path: String?, at column: String, _ report: inout RowReport
  ) -> Bool {
    if size == 0 {
      report.error("file-empty", column, value: path, "the file is empty")
    } else if size > limit {
      report.error(
        "file-too-large", column, value: path, "\(size) bytes, at most \(limit) are allowed",
        hint: "attach a smaller file or raise the limit of the job")
    }
    return size > 0 && size <= limit
  }
}
