import ArgumentParser
import Foundation

/// A command as ArgumentParser describes it: the source of its pages.
struct CommandInfo: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var sectionTitle: String?
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
  }

  var commandName: String
  var abstract: String?
  var arguments: [Argument]?

  /// Reads the description of a command.
  ///
  /// Its form belongs to ArgumentParser, which tests its stability.
  init(_ command: any ParsableCommand.Type) {
    struct Dump: Decodable { var command: CommandInfo }
    do {
      self = try JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8)).command
      arguments = arguments.map(CommandInfo.withoutOpposites)
    } catch { preconditionFailure("ArgumentParser describes a command in another form: \(error)") }
  }

  /// Returns arguments in which `--strict` and `--no-strict` are one.
  private static func withoutOpposites(_ arguments: [Argument]) -> [Argument] {
    arguments.reduce(into: []) { all, argument in
      if let last = all.indices.last, let name = all[last].longName,
        argument.longName == "--no-\(name.dropFirst(2))"
      {
        all[last].names = (all[last].names ?? []) + (argument.names ?? [])
      } else {
        all.append(argument)
      }
    }
  }

  /// The options in groups: the command's own first, then the titled ones in their order.
  var groups: [(title: String?, options: [Argument])] {
    var groups: [(title: String?, options: [Argument])] = [(nil, [])]
    for argument in arguments ?? [] where argument.names != nil && argument.shouldDisplay {
      if let index = groups.firstIndex(where: { $0.title == argument.sectionTitle }) {
        groups[index].options.append(argument)
      } else {
        groups.append((argument.sectionTitle, [argument]))
      }
    }
    return groups.filter { !$0.options.isEmpty }
  }

  var positionals: [Argument] { (arguments ?? []).filter { $0.kind == "positional" && $0.shouldDisplay } }
}

extension CommandInfo.Argument {
  /// The flag's long form, such as `--lanes`; `nil` for a positional argument.
  var longName: String? { names?.first { $0.kind == "long" }.map { "--\($0.name)" } }

  /// The spelling in a list of options, such as `-q, --quiet` or `--lanes <n>`.
  var spelling: String {
    let value = valueName.map { "<\($0)>" } ?? ""
    guard let names else { return isOptional ? "[\(value)]" : value }
    let forms = names.sorted { $0.kind > $1.kind }.map { $0.kind == "short" ? "-\($0.name)" : "--\($0.name)" }
    return forms.joined(separator: ", ") + (kind == "option" ? " \(value)" : "")
  }
}
