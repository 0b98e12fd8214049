package import Catalog
package import Console
import Foundation
import JSON

/// A file with what a site adds to the catalogue (`overlay`), which several resources of a site can share.
package struct OverlayFile {
  package let path: String
  package var overlay: Overlay

  /// No catalogue of a site is as large.
  private static let sizeLimit = 16 << 20

  /// Reads the file.
  ///
  /// - Throws: `UserError`: 66 if there is no such file, 74 if it cannot be read, 78 if it is no overlay.
  package init(path: String) throws(UserError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else {
      throw UserError(
        .noSuchFile, place: path, "no such overlay",
        hint: "write it with 'bulkpatch resources NAME --site SITE --save FILE'")
    }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw UserError(.inputOutput, place: path, "the overlay cannot be read", hint: "check who may read it")
    }
    guard data.count <= Self.sizeLimit else {
      throw UserError(
        .configuration, place: path, "is larger than \(Self.sizeLimit >> 20) MiB, too large for an overlay",
        hint: "check the path")
    }
    do throws(OverlayError) { overlay = try Overlay(parsing: [UInt8](data)) } catch {
      throw UserError(.configuration, place: path, error.message, hint: error.hint)
    }
  }

  /// Reads the file to replace an entry of it; a new one is empty.
  ///
  /// - Throws: as `init(path:)`.
  package init(toWrite path: String) throws(UserError) {
    if FileManager.default.fileExists(atPath: path) {
      self = try OverlayFile(path: path)
    } else {
      (self.path, overlay) = (path, Overlay())
    }
  }

  /// Returns the entry of a name in a file, if there are both.
  ///
  /// - Throws: as `init(path:)`.
  static func entry(of name: ResourceName, in path: String?) throws(UserError) -> ResourceOverlay? {
    try path.flatMap { path throws(UserError) in try OverlayFile(path: path).overlay.resources[name.name] }
  }

  /// Returns the entry of a resource.
  ///
  /// - Throws: `UserError` with exit code 78 if the file has none, or only one of the other API.
  func entry(of resource: ResourceType) throws(UserError) -> ResourceOverlay {
    guard let entry = overlay.resources[resource.name] else {
      let names = overlay.resources.keys.sorted().joined(separator: ", ")
      throw UserError(
        .configuration, place: path, "has nothing about \(resource.name), only about \(names.printable())",
        hint: "add it with 'bulkpatch resources \(resource.ownName) --site SITE --save \(path)'")
    }
    guard entry.dialect == resource.dialect else {
      throw UserError(
        .configuration, place: path,
        "is about \(resource.name) of \(entry.dialect.rawValue), not of \(resource.dialect.rawValue)",
        hint: "name the overlay of this site")
    }
    return entry
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `UserError` with exit code 74.
  package func write() throws(UserError) {
    do { try Data(overlay.text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw UserError(
        .inputOutput, place: path, "cannot be written", hint: "check the folder, and who may write there")
    }
  }
}
