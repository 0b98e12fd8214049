import Testing

/// A target may use only the targets before it, as the table in ARCHITECTURE.md says.
@Suite struct LayeringTests {
  private let targets: [Target]

  init() throws {
    let table = DocumentTable(headed: "target", in: try Project.text("ARCHITECTURE.md"))
    targets = Target.all(table.rows)
  }

  @Test func theTableNamesEveryTarget() throws {
    let documented = targets.map(\.name).sorted()
    #expect(documented == (try Project.names(in: "Sources")))
  }

  @Test func aTargetMayImportOnlyWhatStandsAboveIt() {
    for (index, target) in targets.enumerated() {
      let above = Set(targets[..<index].map(\.name))
      #expect(target.imports.isSubset(of: above), "\(target.name)")
    }
  }

  @Test func noFileImportsWhatItsTargetMayNot() throws {
    let own = Set(targets.map(\.name))
    let system: Set = [
      "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Synchronization",
    ]
    let qualified = /\b([A-Z]\w*)\.[A-Z]/
    for target in targets {
      let allowed = target.imports.union(target.outside).union(system)
      for file in try Project.swiftFiles(below: "Sources/\(target.name)") {
        let strange = Set(file.imports).subtracting(allowed)
        #expect(strange.isEmpty, "\(file.path) imports \(strange.sorted().joined(separator: ", "))")
        // A module can be named without its own import, through another file's.
        let dotted = file.code { $0.contains(".") }
        let named = Set(dotted.matches(of: qualified).map { String($0.1) })
        let wrong = named.intersection(own).subtracting(allowed).subtracting([target.name])
        #expect(wrong.isEmpty, "\(file.path) names \(wrong.sorted().joined(separator: ", "))")
      }
    }
  }
}

/// A row of the table.
private struct Target {
  var name: String
  var imports: Set<String>
  /// Modules of other packages.
  var outside: Set<String>

  static func all(_ rows: [[String]]) -> [Target] {
    var targets: [Target] = []
    for row in rows where row.count == 4 {
      let stages = targets.map(\.name).filter { !$0.hasPrefix("C") || $0 == "Catalog" }
      let imports =
        row[2].hasPrefix("every target above") ? stages : row[2].split(separator: " ").map(String.init)
      targets.append(
        Target(
          name: row[0].filter { $0 != "`" }, imports: Set(imports),
          outside: Set(row[3].split(separator: " ").map(String.init))))
    }
    return targets
  }
}
