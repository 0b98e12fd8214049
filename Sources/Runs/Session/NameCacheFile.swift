import Catalog
import Console
package import Execution
import Foundation
import JSON
import Sheets
package import Sites
import Staging

/// The file in the state folder that keeps the names of one site between runs; readable by its owner alone.
///
/// It only saves requests: a file that cannot be read or written is ignored.
package struct NameCacheFile {
  private let folder: String
  private let path: String

  /// - Parameter stateFolder: the folder of all runs.
  package init(of site: SiteSettings, in stateFolder: String) {
    // An account sees what it may see, so that each has its own file.
    let owner = [site.kind.rawValue, site.url, site.authentication?.login ?? ""]
    folder = Path.join(stateFolder, RunDirectory.namesFolder)
    path = Path.join(folder, "\(SHA256Hash.of(owner.joined(separator: "\n")).prefix(16)).json")
  }

  /// Returns the names that are kept; none if they are to be asked for again.
  package func read(isRefreshed: Bool) -> NameCache {
    guard !isRefreshed, (try? Custody.require(file: path)) != nil,
      let data = FileManager.default.contents(atPath: path),
      let json = try? JSONValue(parsing: Array(data))
    else { return NameCache() }
    return NameCache(json)
  }

  /// Keeps the names, if the site has given more.
  package func write(_ cache: NameCache) {
    guard cache.hasNews else { return }
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // Several processes may keep what they have found at the same time; the last one stays.
    let temporary = "\(path).\(UUID().uuidString).new"
    guard let file = try? WholeFile(path: path, temporaryPath: temporary, isForAll: false) else { return }
    guard (try? file.append(cache.json.bytes())) != nil, (try? file.prepare()) != nil else { return }
    try? file.commit()
  }
}
