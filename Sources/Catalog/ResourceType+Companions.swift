extension ResourceType {
  /// Returns the companion attributes: those that the service sets along with these, and those that belong with them.
  ///
  /// Attributes with inferred names, and those that the site does not have, are left out, because a wrong name in an
  /// optional attribute must not make a record unreadable.
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
      guard !touched.contains(field.path), !field.isNameInferred, siteRefusals[field.path] != .absent else {
        return false
      }
      return partners.contains(field.path) || field.follows.map(touched.contains) == true
    }
  }
}

extension [Field] {
  /// Returns the attributes that belong with this one, in either direction.
  public func partners(of path: String) -> [Field] {
    let own = first { $0.path == path }
    return filter { field in
      field.goesWith == path || field.follows == path
        || own?.goesWith == field.path || own?.follows == field.path
    }
  }
}
