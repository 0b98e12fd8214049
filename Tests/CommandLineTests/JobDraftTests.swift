import Catalog
import Foundation
import TestSupport
import Testing

@testable import Runs

/// A job drafted from what a sheet holds.
@Suite struct JobDraftTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func draft(
    _ sheet: String, _ flags: [String] = [], asking ask: (DraftQuestion) -> String? = { _ in nil }
  ) throws -> (draft: JobDraft, text: String) {
    let path = try folder.write("export.csv", sheet)
    let drafting = try JobDrafting(path, output: nil, flags: [], environment: [:])
    let profile = try drafting.profile()
    let resource = try #require(try drafting.resources(of: profile).first)
    let draft = JobDraft(profile, of: resource, asking: ask)
    return (draft, draft.text(sheet: "export.csv", site: "# site"))
  }

  @Test func knowsColumnsByNameTitleWordAndContent() throws {
    let (draft, text) = try draft(
      "Whatever,Team,Agent,State,Prio,Note,subject,Colour\n240317-000042,Tier 1,Kim,Waiting,1,a note,s,red\n")
    #expect(
      draft.columns.map(\.path) == [
        "referenceNumber", "assignedTo.staffGroup", "assignedTo.account", "statusWithType.status", "severity",
        "threads.append.text", "subject",
      ])
    #expect(draft.left.map(\.header) == ["Colour"])
    #expect(text.contains("  threads.append.entryType: 1  # a private note"))
    #expect(text.contains("  - Colour  # 1 cell, red: which attribute is it?"))
  }

  /// A number of another product is no reference number, and its words are not guessed.
  @Test func guessesNothingOfAnotherVocabulary() throws {
    let (draft, text) = try draft(
      "Number,Assignment group,State,Priority\nINC0010001,Network,In Progress,P3\nINC0010002,Network,New,P1\n"
    )
    #expect(draft.columns.map(\.path) == ["assignedTo.staffGroup", "statusWithType.status", "severity"])
    #expect(draft.left.map(\.header) == ["Number"])
    #expect(text.contains("# In Progress: \"\"  # 1 row") && text.contains("# P1: \"\"  # 1 row"))
    #expect(!text.contains("Unresolved\n"))
    #expect(draft.questions == 3)
  }

  @Test func takesNeitherOfTwoColumnsForOneAttribute() throws {
    let (draft, text) = try draft("id,Team,Group\n1,Tier 1,Tier 2\n")
    #expect(draft.columns.map(\.path) == ["id"])
    #expect(text.contains("is it assignedTo.staffGroup? Another column could be, too"))
  }

  @Test(arguments: [
    ("31/01/2026", "03/04/2026", "date: dd/MM/yyyy  # as in Due"),
    ("1.2.2026", "13.2.2026", "date: d.M.yyyy  # as in Due"),
    ("01/31/2026", "03/04/2026", "date: MM/dd/yyyy  # as in Due"),
    ("01/02/2026", "03/04/2026", "# date: dd/MM/yyyy  # or MM/dd/yyyy? The cells of Due do not tell"),
    ("31/01/2026 10:15", "01/02/2026 9:05", "# datetime: dd/MM/yyyy HH:mm  # as in Due; and in which zone?"),
  ])
  func readsTheFormOfDays(_ one: String, _ other: String, _ line: String) throws {
    let (_, text) = try draft("id,Due\n1,\(one)\n2,\(other)\n")
    #expect(text.contains(line), "\(text)")
  }

  @Test func readsEncodingDelimiterDecimalsAndTotals() throws {
    var bytes = Data("Incident;Name;Sum\n1;Zo".utf8)
    bytes.append(0xEB)
    bytes.append(Data(";12,50\n2;b;3\nTotal;;15,50\n".utf8))
    let path = folder.path("latin.csv")
    try bytes.write(to: URL(fileURLWithPath: path))
    let drafting = try JobDrafting(path, output: nil, flags: [], environment: [:])
    let text = JobDraft(try drafting.profile(), of: .incidents).text(sheet: "latin.csv", site: "# site")
    #expect(text.contains("delimiter: \";\""))
    #expect(text.contains("encoding: windows-1252  # it is not UTF-8; look whether this is right: Zoë"))
    #expect(text.contains("decimal: comma  # as in Sum"))
    #expect(text.contains("where: [\"Total*\"]  # the last line: Total,,\"15,50\""))
  }

  @Test func takesWhatIsSaidOnTheTerminal() throws {
    var questions = 0
    let (draft, text) = try draft("id,Colour,Prio,Comment\n1,red,P1,a\n2,red,P2,b\n") { question in
      questions += 1
      return switch question {
      case .attribute: "banner.text"
      case .audience: "2"
      case .value(_, let cell, _, _, _): cell == "P1" ? "1 - Critical" : nil
      }
    }
    #expect(questions == 4)
    #expect(text.contains("  Colour: banner.text"))
    #expect(text.contains("    P1: \"1 - Critical\"  # 1 row\n    # P2: \"\"  # 1 row\n"))
    #expect(text.contains("threads.append.entryType: 2  # a response that the customer sees"))
    #expect(draft.questions == 1)
  }

  @Test(arguments: [
    ("assignedto.account", "assignedTo.account"), ("Team", "assignedTo.staffGroup"),
    ("customFields.c.due", "customFields.c.due"), ("threads.append.text", "threads.append.text"),
    ("colour", nil),
  ])
  func knowsTheAttributeThatIsMeant(_ answer: String, _ path: String?) {
    let meant = ResourceType.incidents.header(meant: answer)
    #expect(meant.path == path && (meant.hint == nil) == (path != nil))
  }

  /// Every title leads to an attribute that exists.
  @Test(arguments: ResourceType.all.map(\.ownName))
  func everyTitleNamesAnAttribute(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    #expect(!resource.titles.isEmpty)
    for (path, titles) in resource.titles {
      #expect(resource.header(meant: path).path == path, "\(path)")
      for title in titles { #expect(resource.header(meant: title).path != nil, "\(title)") }
    }
    let words = resource.titles.flatMap { Set($0.value.map { ColumnGuesses.letters($0) }) }
    #expect(Set(words).count == words.count)
  }

  @Test(arguments: ["Ref. No.", "yes", "P1", "a: b", "# x", "", "1", "é", "Größe", "- a", "null"])
  func writesTextsThatYAMLReadsBack(_ text: String) throws {
    let path = try folder.write(
      "job.yaml",
      "columns:\n  \(YAML.scalar(text)): id\nignore:\n  - \(YAML.scalar(text.isEmpty ? "x" : text))\n")
    #expect(try JobFile(path: path).settings.columns == [text: "id"])
  }
}
