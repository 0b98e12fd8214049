import Catalog
import Console
import Sheets
import Sites
import Staging

/// The settings for drafting a job from a sheet.
package enum DraftSettings: SettingList {
  package static let settings = [
    SheetSettings.resource, SheetSettings.site, SheetSettings.format, SheetSettings.delimiter,
    SheetSettings.encoding,
  ]
}

/// The settings of commands that ask a site something without a job or sheet.
package enum SiteChoiceSettings: SettingList {
  package static let settings = [SheetSettings.site, SheetSettings.resource, MappingSettings.overlay]
}

/// The settings of `ping`, which asks nothing about attributes.
package enum PingSettings: SettingList {
  package static let settings = [SheetSettings.site, SheetSettings.resource]
}

/// The settings of a command that names its resource itself.
package enum ResourceSettings: SettingList {
  package static let settings = [SheetSettings.site, MappingSettings.overlay]
}

/// The settings for the rows, and for reading the sheet.
package enum SheetSettings: SettingList {
  package static let settings = [resource, sheet, site, format, delimiter, encoding, strict, allowEmpty]

  package static let resource = Setting.one(
    "resource", "resource", .resource, \.resource,
    help: "What the sheet's rows are, such as incidents.", value: "name")

  package static let sheet = Setting.path(
    "sheet", "sheet", \.sheet, help: "Use this sheet in place of the job's.")

  /// A job may describe its site itself.
  package static let site = Setting(
    key: "site", flag: "site",
    help: """
      A site from sites.yaml, or a URL; with a URL, the login comes from the environment variables \
      BULKPATCH_USER and BULKPATCH_PASSWORD.
      """, value: "name|url", expected: Form.siteName.expected, completion: .site,
    readFlag: { given, settings throws(UserError) in
      settings.site = try Form.siteName.value(ofFlag: "site", given.values.last).map(SiteReference.init)
    },
    readKey: { root, key, settings throws(UserError) in
      guard root.isMapping(key), let mapping = try root.mapping(key, "a name or a mapping") else {
        settings.site = try root.value(key, .siteName).map(SiteReference.init)
        return
      }
      settings.site = .settings(
        try SiteSettings(mapping, name: nil, folder: Path.folder(of: root.file)))
    })

  static let format = Setting.one(
    "format", "format", Form<SheetFormat>.word, \.format,
    help: "The sheet's format: csv or jsonl (default: by its name).", value: "name")

  static let delimiter = Setting.one(
    "csv.delimiter", "delimiter", .delimiter, \.delimiter,
    help: "\",\", \";\", \"|\" or tab (default: detected).", value: "character")

  static let encoding = Setting.one(
    "csv.encoding", "encoding", .encoding, \.encoding,
    help: "utf-8, utf-16, windows-1252 or latin-1 (default: utf-8, or by the byte order mark).", value: "name"
  )

  static let strict = Setting.onOff(
    "strict", "strict", \.isStrict, help: "Send nothing at all when a row is rejected.")

  static let allowEmpty = Setting.onOff(
    "allow_empty", "allow-empty", \.allowsEmpty,
    help: "Treat a sheet without rows as nothing to do (0), not as a mistake (65).")
}
