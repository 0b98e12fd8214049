import Foundation
import TestSupport
import Testing

/// A sheet must not send private files: another user may have written its cells.
@Suite(.blocking) struct PrivateFileTests {
  private func desk() throws -> Desk {
    let desk = try Desk(incidents: 5)
    for (name, mode) in [
      (".ssh/id_rsa", 0o644), ("password", 0o640), ("diary.txt", 0o600), ("open.txt", 0o644),
    ] {
      try desk.folder.write(name, "sandbox\n")
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: desk.folder.path(name))
    }
    try desk.folder.write(
      "sites.yaml",
      """
      desk:
        kind: b2c-service
        url: \(desk.url)
        auth: {basic: {user: admin, password: {file: password}}}
      told:
        kind: b2c-service
        url: \(desk.url)
        auth: {basic: {user: admin, password: {command: "cat <'./password'"}}}

      """)
    return desk
  }

  private func job(_ file: String, on desk: Desk, site: String = "desk", _ more: String = "") throws
    -> [String]
  {
    try desk.folder.write("sheet.csv", "id,fileAttachments.add.file\n1,\(file)\n")
    try desk.folder.write("job.yaml", "sheet: sheet.csv\nresource: incidents\nsite: \(site)\n\(more)\n")
    return ["run", "job.yaml"]
  }

  @Test(arguments: [
    (".ssh/id_rsa", "is hidden, and so private"), ("diary.txt", "only its owner may read it"),
    ("password", "is the source of a login and is never attached"),
  ])
  func stayWhereTheyAre(_ file: String, _ reason: String) throws {
    let desk = try desk()
    for site in ["desk", "told"] {
      let refused = try desk.call(job(file, on: desk, site: site), exits: 65)
      #expect(try desk.runText("failed.csv").contains(reason), "\(refused.standardError)")
    }
    #expect(try desk.changes().isEmpty)
  }

  @Test(arguments: [(".ssh/id_rsa", Int32(0)), ("diary.txt", 0), ("password", 65)])
  func goOutWhenTheJobNamesTheirFolder(_ file: String, _ code: Int32) throws {
    let desk = try desk()
    try desk.call(job(file, on: desk, "attachments: {folder: .}"), exits: code)
    #expect(try desk.changes().count == (code == 0 ? 1 : 0))
    try desk.call(job("open.txt", on: desk), exits: 0)
    try desk.call(job("id_rsa", on: desk, "attachments: {folder: .ssh}"), exits: 0)
    let missing = try desk.call(job("open.txt", on: desk, "attachments: {folder: nowhere}"), exits: 78)
    #expect(missing.standardError.contains("attachments.folder is not an existing folder: 'nowhere'"))
  }
}
