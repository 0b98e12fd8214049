import Console
import Records
import Staging

/// The conditions on records under which rows go out.
package enum ConditionSettings: SettingList {
  package static let settings = [onlyIf, updates]

  static let onlyIf = Setting(
    key: "only_if", flag: "only-if", shape: .list,
    help: """
      Send a row only if its record has this value when it is looked at, such as statusWithType.status=Waiting; given \
      twice for one attribute, either value will do. A job may give a list. Other rows are skipped and counted. With a \
      header in front, HEADER:PATH=VALUE, only that column is left out; a job gives it a mapping of its own.
      """, value: "path=value",
    expected: "a mapping of attribute paths to values, or of headers to such mappings",
    readFlag: { given, settings throws(UserError) in
      for text in given.values {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
          throw UserError(.usage, "--only-if must be PATH=VALUE, not '\(text)'")
        }
        let value = try Form.text.value(ofFlag: "only-if", String(text[text.index(after: equals)...])) ?? ""
        let place = text[..<equals]
        // An attribute's path has no colon, a header may have several.
        if let colon = place.lastIndex(of: ":") {
          let path = String(place[place.index(after: colon)...])
          settings.columnConditions[String(place[..<colon]), default: [:]][path, default: []].insert(value)
        } else {
          settings.onlyIf[String(place), default: []].insert(value)
        }
      }
    },
    readKey: { mapping, key, settings throws(UserError) in
      guard let paths = try mapping.mapping(key, "a mapping of attribute paths to values") else { return }
      for entry in paths.entries {
        guard paths.isMapping(entry.key),
          let column = try paths.mapping(
            entry.key, "a value, a list, or a mapping of attribute paths to values")
        else {
          settings.onlyIf[entry.key] = Set(try paths.values(entry.key, .text) ?? [])
          continue
        }
        for wanted in column.entries {
          settings.columnConditions[entry.key, default: [:]][wanted.key] = Set(
            try column.values(wanted.key, .text) ?? [])
        }
      }
    })

  static let updates = Setting.named(
    "update", "update", Form<UpdateRule>.word,
    expected: "a mapping of headers to always, if_blank or if_filled",
    splitsAtLast: true, { header, rule, settings in settings.updates[header] = rule },
    help: """
      When a column is written: always, if_blank (only where the record has no value) or if_filled; repeatable. A row \
      of which nothing is left is skipped.
      """, value: "header=rule")
}
