import Foundation

/// The folder that the command was typed in, which a process never leaves.
package enum WorkingFolder {
  package static let path = FileManager.default.currentDirectoryPath
}
