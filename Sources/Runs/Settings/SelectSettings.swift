/// The settings for the records of a query in place of a sheet.
package enum SelectSettings: SettingList {
  package static let settings = [condition, columns]

  static let condition = Setting.one(
    "select.where", "where", .text, \.selectedWhere,
    help: """
      Only records that meet this condition, such as "assignedTo.staffGroup = 'Tier 1' and subject like 'Re:%'": \
      comparisons (=, !=, <, <=, >, >=), in (…), like, between … and …, is null; not, and, or, brackets.
      """, value: "condition")

  static let columns = Setting.one(
    "select.columns", "columns", .text, \.selectedColumns,
    help: """
      The columns of the sheet, separated by commas (default: the key alone); of a menu or reference the name, or \
      with .id behind it the id.
      """, value: "attributes")
}
