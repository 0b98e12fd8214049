import ArgumentParser
import Runs
import Staging

/// The flags of a list of settings.
///
/// ArgumentParser finds the options of a type in its mirror and passes their values through `Decodable`. Both are
/// public, so the options can be made from the list, and no flag needs its own property.
struct SettingArguments<List: SettingList>: ParsableArguments {
  /// The given flags, in the order of the list.
  private(set) var given: [RunRequest.Flag] = []

  init() {}

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    for setting in List.settings {
      let flag = setting.flag
      let key = Key(stringValue: flag)
      switch setting.shape {
      case .single:
        let text = try values.decode(Option<String?>.self, forKey: key).wrappedValue
        if let text { given.append(RunRequest.Flag(flag, [text])) }
      case .list:
        let texts = try values.decode(Option<[String]>.self, forKey: key).wrappedValue
        if !texts.isEmpty { given.append(RunRequest.Flag(flag, texts)) }
      case .onOff:
        let isOn = try values.decode(Flag<Bool?>.self, forKey: key).wrappedValue
        if let isOn { given.append(RunRequest.Flag(isOn ? flag : "no-\(flag)")) }
      }
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension SettingArguments: CustomReflectable {
  var customMirror: Mirror {
    Mirror(
      self,
      children: List.settings.map { ("_\($0.flag)", $0.option) })
  }
}

extension Setting {
  /// The option for ArgumentParser.
  fileprivate var option: Any {
    let help = ArgumentHelp(self.help, valueName: valueName)
    return switch shape {
    case .single: Option<String?>(name: .customLong(flag), help: help, completion: kind)
    case .list: Option<[String]>(wrappedValue: [], name: .customLong(flag), help: help, completion: kind)
    case .onOff: Flag<Bool?>(name: .customLong(flag), inversion: .prefixedNo, help: help)
    }
  }

  private var kind: CompletionKind {
    switch completion {
    case .file: .file()
    case .folder: .directory
    case .site: .sites
    case .words(let words): .list(words)
    case nil: .default
    }
  }
}
