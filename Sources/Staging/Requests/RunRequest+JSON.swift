internal import JSON

extension RunRequest {
  /// The form that a run file stores.
  var json: JSONObject {
    var object: JSONObject = [
      "source": .string(source), "folder": .string(folder),
      "flags": .array(flags.map { .array(([$0.name] + $0.values).map(JSONValue.string)) }),
      "repetition": .bool(isRepetitionMeant),
    ]
    guard let scope else { return object }
    object["scope"] = [
      "rows": scope.rows.map(JSONValue.string) ?? .null,
      "records": .array(scope.records.map(JSONValue.string)),
      "force": .bool(scope.isForced), "retract_appends": .bool(scope.retractsAppends),
    ]
    return object
  }

  init?(json text: String) {
    guard let object = (try? JSONValue(parsing: text))?.object, let source = object["source"]?.string,
      let folder = object["folder"]?.string
    else { return nil }
    func strings(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }
    let flags = (object["flags"]?.array ?? []).compactMap { flag -> Flag? in
      let words = strings(flag)
      return words.first.map { Flag($0, Array(words.dropFirst())) }
    }
    self.init(source: source, folder: folder, flags: flags, isRepetitionMeant: object["repetition"] == true)
    guard let scope = object["scope"]?.object else { return }
    self.scope = Scope(
      rows: scope["rows"]?.string, records: strings(scope["records"]), isForced: scope["force"] == true,
      retractsAppends: scope["retract_appends"] == true)
  }
}
