import Console
import Patches

/// The settings for rewriting threads by what they say.
package enum RewriteSettings: SettingList {
  package static let settings = [kinds, pattern, replacement]

  static let kinds = Setting.set(
    "rewrite.match", "rewrite-match", Form<TextRewriting.Kind>.word, \.rewriteKinds,
    help: """
      Rewrite what looks like this in the threads of each record: card-numbers (checked by issuer, length and Luhn) or \
      ibans (by country and check digits); repeatable.
      """, value: "kind")

  static let pattern = Setting.one(
    "rewrite.pattern", "rewrite-pattern", .text, \.rewritePattern,
    help: """
      Rewrite what matches this regular expression: classes, groups, choices and repetitions, without back-references \
      and looking around, so that no text takes long. ^ and $ are the ends of a thread; (?i) in front ignores case.
      """, value: "regex")

  static let replacement = Setting.one(
    "rewrite.with", "rewrite-with", .text, \.rewriteReplacement,
    help:
      "What takes the place of a match, such as '**** {last4}'; {last4} stands for its last four letters or digits.",
    value: "text")
}
