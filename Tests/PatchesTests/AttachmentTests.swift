import Foundation
import JSON
import Patches
import Sheets
import TestSupport
import Testing

/// Files attached from beside the sheet.
@Suite struct AttachmentTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("sheets/a-note.txt", "hello")
    try folder.write("sheets/below/b.bin", [0, 255])
    try folder.write("sheets/empty.txt", "")
    try folder.write("sheets/large.txt", String(repeating: "x", count: 101))
    try folder.write("secret.txt", "secret")
    let sheets = folder.url.appendingPathComponent("sheets")
    try FileManager.default.createSymbolicLink(
      at: sheets.appendingPathComponent("escape.txt"),
      withDestinationURL: folder.url.appendingPathComponent("secret.txt"))
    try FileManager.default.createSymbolicLink(
      at: sheets.appendingPathComponent("up"), withDestinationURL: folder.url)
    try FileManager.default.createSymbolicLink(
      at: sheets.appendingPathComponent("inside.txt"),
      withDestinationURL: sheets.appendingPathComponent("a-note.txt"))
  }

  private var settings: PatchOptions {
    options {
      $0.attachmentFolder = folder.path("sheets")
      $0.attachmentLimit = 100
    }
  }

  @Test(arguments: [
    ("a-note.txt", #"{"fileName":"a-note.txt","data":"aGVsbG8="}"#),
    ("below/b.bin", #"{"fileName":"b.bin","data":"AP8="}"#),
    ("./below/b.bin", #"{"fileName":"b.bin","data":"AP8="}"#),
    ("inside.txt", #"{"fileName":"inside.txt","data":"aGVsbG8="}"#),
  ])
  func attaches(_ path: String, _ element: String) throws {
    let built = try built(["fileAttachments.add.file": path], settings)
    #expect(built.body == #"{"fileAttachments":[\#(element)]}"#)
    #expect(built.findings.isEmpty)
    #expect(built.patch?.isIdempotent == false)
    #expect(built.patch?.irreversible == ["fileAttachments.add"])
  }

  @Test(arguments: [
    ("nothing.txt", "file-missing"), ("../secret.txt", "file-outside-folder"),
    ("below/../../secret.txt", "file-outside-folder"), ("/etc/hostname", "file-outside-folder"),
    ("~/x", "file-outside-folder"), ("escape.txt", "file-outside-folder"),
    ("up/secret.txt", "file-outside-folder"),
    ("below", "not-a-file"), ("empty.txt", "file-empty"), ("large.txt", "file-too-large"),
  ])
  func refuses(_ path: String, _ rule: String) throws {
    let built = try built(["fileAttachments.add.file": path], settings)
    #expect(built.errors == [rule])
    #expect(built.findings.first?.value == path)
  }

  /// Private files, as seen from the sheet's folder; the last is another name of a secret.
  private func layOutPrivateFiles() throws {
    let sheets = folder.url.appendingPathComponent("sheets")
    for (path, mode) in [
      (".ssh/id_rsa", 0o644), ("password", 0o644), ("diary.txt", 0o600), ("write-only.txt", 0o622),
      ("closed/a.txt", 0o644), ("below/.hidden", 0o644),
    ] {
      try folder.write("sheets/\(path)", "private")
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: sheets.appendingPathComponent(path).path)
    }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o700], ofItemAtPath: sheets.appendingPathComponent("closed").path)
    try FileManager.default.createSymbolicLink(
      at: sheets.appendingPathComponent("harmless.txt"),
      withDestinationURL: sheets.appendingPathComponent(".ssh/id_rsa"))
    try FileManager.default.linkItem(
      at: sheets.appendingPathComponent("password"), to: sheets.appendingPathComponent("copy.txt"))
  }

  private static let privateFiles = [
    (".ssh/id_rsa", "file-hidden"), ("./.ssh/id_rsa", "file-hidden"), ("harmless.txt", "file-hidden"),
    ("below/.hidden", "file-hidden"), ("diary.txt", "file-private"), ("write-only.txt", "file-private"),
    ("closed/a.txt", "file-private"), ("password", "file-secret"), ("copy.txt", "file-secret"),
  ]

  @Test(arguments: privateFiles)
  func refusesWhatIsPrivate(_ path: String, _ rule: String) throws {
    try layOutPrivateFiles()
    var settings = settings
    settings.secretFiles = [folder.path("sheets/password")]
    #expect(try built(["fileAttachments.add.file": path], settings).errors == [rule])
  }

  @Test(arguments: privateFiles)
  func takesWhatIsPrivateFromTheFolderOfTheJobAlone(_ path: String, _ rule: String) throws {
    try layOutPrivateFiles()
    var settings = settings
    settings.secretFiles = [folder.path("sheets/password")]
    // A login is never attached, whatever the job says.
    let isSecret = rule == "file-secret"
    settings.namedAttachmentFolder = folder.path("sheets")
    #expect(try built(["fileAttachments.add.file": path], settings).errors == (isSecret ? [rule] : []))
    settings.namedAttachmentFolder = folder.path("sheets/below")
    let isBelow = path == "below/.hidden"
    #expect(try built(["fileAttachments.add.file": path], settings).errors == (isBelow ? [] : [rule]))
  }

  @Test func startsInTheFolderOfTheJob() throws {
    var settings = settings
    settings.attachmentFolder = folder.path("")
    settings.namedAttachmentFolder = folder.path("sheets/below")
    #expect(try built(["fileAttachments.add.file": "b.bin"], settings).errors == [])
    #expect(try built(["fileAttachments.add.file": "sheets/a-note.txt"], settings).errors == [])
    #expect(try built(["fileAttachments.add.file": "a-note.txt"], settings).errors == ["file-missing"])
    try folder.write("b.bin", "another")
    #expect(try built(["fileAttachments.add.file": "b.bin"], settings).errors == ["file-ambiguous"])
  }

  @Test func saysHowLargeAFileIs() throws {
    let built = try built(["fileAttachments.add.file": "large.txt"], settings)
    #expect(built.findings.first?.message == "101 bytes, at most 100 are allowed")
  }

  @Test func takesAnotherFileNameWhereverItsColumnStands() throws {
    for columns in [
      ["fileAttachments.add.file": "a-note.txt", "fileAttachments.add.fileName": "n.txt"],
      ["fileAttachments.add.fileName": "n.txt", "fileAttachments.add.file": "a-note.txt"],
    ] as [KeyValuePairs<String, String>] {
      let built = try built(columns, settings)
      #expect(built.body == #"{"fileAttachments":[{"fileName":"n.txt","data":"aGVsbG8="}]}"#)
    }
  }

  @Test func takesTheOtherAttributes() throws {
    let built = try built(
      [
        "fileAttachments.add.file": "a-note.txt", "fileAttachments.add.contentType": "text/plain",
        "fileAttachments.add.private": "yes", "fileAttachments.add.name": "A note",
      ], settings)
    #expect(
      built.body
        == #"{"fileAttachments":[{"fileName":"a-note.txt","data":"aGVsbG8=","contentType":"text/plain","#
        + #""private":true,"name":"A note"}]}"#)
  }

  @Test(
    arguments: [
      (["fileAttachments.add.file": "a-note.txt", "fileAttachments.add.contentType": "plain"], ["pattern"]),
      (["fileAttachments.add.file": "a-note.txt", "fileAttachments.add.fileName": "a/b"], ["pattern"]),
      (["fileAttachments.add.description": "x"], ["missing-required"]),
      (["fileAttachments.add.file": "a-note.txt", "fileAttachments.add.data": "aGVsbG8="], ["set-twice"]),
      (["fileAttachments.add.data": "???", "fileAttachments.add.fileName": "x"], ["not-base64"]),
      (["fileAttachments.add.data": "aGVsbG8="], ["missing-required"]),
      (["fileAttachments.add.file": "<null>"], ["not-null"]),
    ] as [(KeyValuePairs<String, String>, [String])])
  func checksTheElement(_ columns: KeyValuePairs<String, String>, _ rules: [String]) throws {
    #expect(try built(columns, settings).errors == rules)
  }

  @Test(
    arguments: [
      (#"{"file": "a-note.txt"}"#, [], #"{"fileName":"a-note.txt","data":"aGVsbG8="}"#),
      (#"{"file": "a-note.txt", "fileName": "n"}"#, [], #"{"fileName":"n","data":"aGVsbG8="}"#),
      (#"{"fileName": "n", "data": "aGVsbG8="}"#, [], #"{"fileName":"n","data":"aGVsbG8="}"#),
      (#"{"file": "../secret.txt"}"#, ["file-outside-folder"], nil),
      (#"{"file": "a-note.txt", "data": "aGVsbG8="}"#, ["set-twice"], nil),
      (#"{"id": 3, "file": "a-note.txt"}"#, ["unknown-attribute"], nil),
      (#"{"description": "x"}"#, ["missing-required"], nil),
    ] as [(String, [String], String?)])
  func attachesFromJSONL(_ element: String, _ rules: [String], _ body: String?) throws {
    let built = try built(json: #""fileAttachments": [\#(element)]"#, settings)
    #expect(built.errors == rules)
    #expect(built.body == body.map { #"{"fileAttachments":[\#($0)]}"# })
  }

  @Test(arguments: [
    ("two words.txt", [], ["file-name"]), ("#1.txt", [], ["file-name"]), ("a@b.txt", [], ["file-name"]),
    ("a\\b.txt", [], ["file-name"]), ("a\u{A0}b.txt", [], ["file-name"]),
    ("a\u{202E}b.txt", [], ["file-name"]),
    ("line\nend.txt", ["control-character"], []), ("tab\t.txt", ["control-character"], []),
    ("c1\u{85}.txt", ["control-character"], []), ("question?.txt", ["pattern"], []),
    (String(repeating: "x", count: 97) + ".txt", ["too-long"], []), ("fine-1_(2).txt", [], []),
  ])
  func checksTheNameOfTheFile(_ name: String, _ errors: [String], _ warnings: [String]) throws {
    try folder.write("sheets/\(name)", "hello")
    let nested = JSONObject("file", .string(name)).text()
    for found in [
      try built(["fileAttachments.add.file": name], settings),
      try built(["fileAttachments.add.fileName": name, "fileAttachments.add.data": "aGVsbG8="], settings),
      try built(json: #""fileAttachments": [\#(nested)]"#, settings),
    ] {
      #expect(found.errors == errors)
      #expect(found.warnings == warnings)
    }
    // A file under another name is the user's own decision.
    #expect(
      try built(
        ["fileAttachments.add.file": name, "fileAttachments.add.fileName": "n.txt"], settings
      ).findings.isEmpty)
  }
}
