import Foundation

/// Reads the files that a sheet attaches: only regular files, only from the sheet's folder or the job's, and no
/// private ones.
///
/// A sheet is data: another person may have written its cells, and the file goes to a place that others read.
struct AttachmentReader: Sendable {
  /// The sheet's folder.
  let folder: String
  /// The job's folder; private files are taken only from it.
  let namedFolder: String?
  /// Files that are never attached, by their identity on the disk, whatever path leads there.
  let secretFiles: Set<FileIdentity>
  /// The largest file, in bytes.
  let limit: Int

  init(_ options: PatchOptions) {
    folder = options.attachmentFolder
    namedFolder = options.namedAttachmentFolder
    secretFiles = Set(options.secretFiles.compactMap(FileIdentity.init))
    limit = options.attachmentLimit
  }

  /// A file ready for a request body.
  struct Attachment {
    var fileName: String
    var base64: String
  }

  /// Reads the file at a path relative to the folder, or reports the reason it cannot be attached.
  func read(_ path: String, at column: String, _ report: inout RowReport) -> Attachment? {
    guard !path.hasPrefix("/"), !path.hasPrefix("~"), !path.contains("\0"),
      !path.split(separator: "/").contains("..")
    else {
      report.error(
        "file-outside-folder", column, value: path, "leaves the folder of the sheet",
        hint: "give a path relative to the sheet, of a file beside it or below it")
      return nil
    }
    guard let file = find(path, at: column, &report) else { return nil }
    guard let facts = file.facts, facts.isRegular else {
      report.error("not-a-file", column, value: path, "is not a regular file")
      return nil
    }
    guard !isPrivate(file, facts, path, at: column, &report) else { return nil }
    guard isWithinLimit(facts.size, path, at: column, &report) else { return nil }
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
    } catch {
      report.error("file-unreadable", column, value: path, "cannot be read", hint: "check its permissions")
      return nil
    }
    guard isWithinLimit(bytes.count, path, at: column, &report) else { return nil }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Attachment(fileName: name, base64: bytes.base64EncodedString())
  }

  /// Returns whether a file of that many bytes may be attached; reports it if not.
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

// MARK: - Finding the file

extension AttachmentReader {
  /// The file that a path means, with all links resolved, and its folder.
  private struct Place {
    var path: String
    var base: String
    var facts: FileFacts?

    /// The names from the folder to the file.
    var components: [Substring] { path.dropFirst(base.count).split(separator: "/") }
    /// The folders on the way, without the first one.
    var folders: [String] {
      components.indices.dropLast().map { base + components[...$0].map { "/\($0)" }.joined() }
    }
  }

  /// Finds the file below the job's folder, else beside the sheet.
  private func find(_ path: String, at column: String, _ report: inout RowReport) -> Place? {
    var outside = false
    var places: [Place] = []
    for start in [namedFolder, folder].compactMap({ $0 }) {
      let file = URL(fileURLWithPath: "\(start)/\(path)").resolvingSymlinksInPath().path
      guard let facts = FileFacts(file) else { continue }
      // A symbolic link may point anywhere, so its target counts.
      let bases = [namedFolder, folder].compactMap { $0 }.map(AttachmentReader.resolved)
      guard let base = bases.first(where: { file.hasPrefix($0 + "/") }) else {
        outside = true
        continue
      }
      places.append(Place(path: file, base: base, facts: facts))
    }
    guard let first = places.first else {
      if outside {
        report.error(
          "file-outside-folder", column, value: path, "is a link that leaves the folder of the sheet",
          hint: "copy the file into the sheet's folder")
      } else {
        let other = namedFolder == nil ? "" : " or in the folder of the job"
        report.error(
          "file-missing", column, value: path, "there is no such file beside the sheet\(other)")
      }
      return nil
    }
    guard places.allSatisfy({ $0.facts?.identity == first.facts?.identity }) else {
      report.error(
        "file-ambiguous", column, value: path,
        "is one file in the folder of the job and another beside the sheet",
        hint: "rename one of them")
      return nil
    }
    return first
  }

  /// Returns the folder without links, and without a slash at its end.
  private static func resolved(_ folder: String) -> String {
    let path = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath().path
    return path == "/" ? "" : path
  }

  /// Returns whether only the owner may read the file; reports it.
  private func isPrivate(
    _ file: Place, _ facts: FileFacts, _ path: String, at column: String, _ report: inout RowReport
  ) -> Bool {
    if secretFiles.contains(facts.identity) {
      report.error(
        "file-secret", column, value: path, "is the source of a login and is never attached",
        hint: "take it out of the sheet, and ask who wrote that cell")
      return true
    }
    if let namedFolder, file.base == AttachmentReader.resolved(namedFolder) { return false }
    let hint = "to attach it anyway, name its folder in the job: attachments: {folder: …}"
    let names = file.components + path.split(separator: "/").filter { $0 != "." }
    if let hidden = names.first(where: { $0.hasPrefix(".") }) {
      report.error("file-hidden", column, value: path, "'\(hidden)' is hidden, and so private", hint: hint)
      return true
    }
    if facts.isForOwnerOnly {
      report.error("file-private", column, value: path, "only its owner may read it", hint: hint)
      return true
    }
    if let folder = file.folders.first(where: { FileFacts($0)?.isForOwnerOnly ?? true }) {
      let name = folder.split(separator: "/").last ?? ""
      report.error(
        "file-private", column, value: path, "only its owner may look into the folder '\(name)'", hint: hint)
      return true
    }
    return false
  }
}
