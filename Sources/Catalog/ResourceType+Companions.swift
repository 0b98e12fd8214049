extension ResourceType {
  /// The attributes of the record that may change along when these are written: those that the service sets with
  /// them, and those that go together with them.
  ///
  /// None whose name is inferred: a record is not to be unreadable because of an attribute that nobody asked for.
  public func companions(of paths: some Sequence<String>) -> [Field] {
    let touched = Set(paths)
    guard !touched.isEmpty else { return [] }
    var partners: Set<String> = []
    for field in fields {
      guard let partner = field.goesWith else { continue }
      if touched.contains(field.path) { partners.insert(partner) }
      if touched.contains(partner) { partners.insert(field.path) }
    }
    return fields.filter { field in
      guard !touched.contains(field.path), !field.isNameInferred else { return false }
      return partners.contains(field.path) || field.follows.map(touched.contains) == true
    }
  }
}

extension [Field] {
  /// The attributes that go together with this one, either way.
  public func partners(of path: String) -> [Field] {
    let own = first { $0.path == path }
    return filter { field in
      field.goesWith == path || field.follows == path
        || own?.goesWith == field.path || own?.follows == field.path
    }
  }
}
