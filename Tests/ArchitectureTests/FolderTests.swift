import Testing

/// Within the large targets, a folder may use only the folders before it, as the table in ARCHITECTURE.md
/// says, so that dependency cycles stay within one folder.
@Suite struct FolderTests {
  private let folders: [String]

  init() throws {
    folders = DocumentTable(headed: "folder", in: try Project.text("ARCHITECTURE.md")).rows
      .map { $0[0].filter { $0 != "`" } }
  }

  @Test(arguments: ["Runs", "bulkpatch"]) func theTableNamesEveryFolder(target: String) throws {
    let documented = folders.filter { $0.hasPrefix("\(target)/") }.sorted()
    let there = try Project.names(in: "Sources/\(target)").filter { !$0.hasSuffix(".swift") }
    #expect(documented == there.map { "\(target)/\($0)" })
  }

  @Test func noFileNamesATypeOfALaterFolder() throws {
    var later: [String: String] = [:]
    for folder in folders.reversed() {
      let files = try Project.swiftFiles(below: "Sources/\(folder)")
      #expect(!files.isEmpty, "\(folder)")
      for file in files {
        let words = Set(
          file.code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        let strange = words.compactMap { word in later[word].map { "\(word) of \($0)" } }.sorted()
        #expect(strange.isEmpty, "\(file.path) names \(strange.joined(separator: ", "))")
      }
      for file in files { for type in file.outerTypes { later[type] = folder } }
    }
  }
}
