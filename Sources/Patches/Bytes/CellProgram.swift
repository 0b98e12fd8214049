import Sheets

/// The columns of a CSV sheet, compiled a second time: for rows in which every cell has a common form.
final class CellProgram {
  private enum Use {
    case skip
    case key
    case value(ValueProgram, slot: Int)
    /// The meaning of this column's values depends on more than their text.
    case blank
  }

  private let key: KeyProgram
  private let uses: [Use]
  private let body: BodyProgram
  private let open: Int32
  private let close: Int32
  private var slots: [Reading]

  /// Compiles the columns; `nil` if they need a feature that only `PatchBuilder` has.
  init?(_ builder: PatchBuilder, _ fragments: Fragments) {
    // A text made of several cells is the builder's.
    guard builder.mapping.templates.isEmpty, let body = BodyProgram(builder.mapping, fragments) else {
      return nil
    }
    var keys: [KeyProgram] = []
    var uses: [Use] = []
    for (task, table) in zip(builder.mapping.tasks, builder.mapping.tables) {
      switch task {
      case .skip where table == nil: uses.append(.skip)
      // Its meaning may be part of a finding.
      case .skip: return nil
      case .key where table != nil: return nil
      case .key(_, let rule, _):
        keys.append(KeyProgram(rule, builder.nulls))
        uses.append(.key)
      case .value(let rule, let slot, _):
        uses.append(
          ValueProgram(rule, builder.nulls, fragments, table).map { .value($0, slot: slot) } ?? .blank)
      }
    }
    // With several keys, the one that counts depends on which are given.
    guard keys.count == 1, let key = keys.first else { return nil }
    self.key = key
    self.uses = uses
    self.body = body
    open = fragments.number("{".utf8)
    close = fragments.number("}".utf8)
    slots = Array(repeating: .blank, count: builder.mapping.initialSlots.count)
  }

  /// Reads a row into a recipe; `nil` if `PatchBuilder` must read it.
  func read(_ cells: UnsafeBufferPointer<CellBytes>, _ recipe: inout Recipe) -> ReadRow? {
    guard cells.count == uses.count else { return nil }
    // Moved out of the object meanwhile, where each access would be checked.
    var slots: [Reading] = []
    swap(&slots, &self.slots)
    defer { swap(&slots, &self.slots) }
    var key: KeyProgram.Key?
    for index in 0..<cells.count {
      switch uses[index] {
      case .skip: break
      case .key:
        key = unsafe self.key.read(cells[index])
        if key == nil { return nil }
      case .value(let program, let slot):
        let reading = unsafe program.read(cells[index])
        if case .unusual = reading { return nil }
        slots[slot] = reading
      case .blank: guard unsafe cells[index].text.isEmpty else { return nil }
      }
    }
    recipe.begin(open)
    guard let key, let makesElement = body.run(slots, &recipe), recipe.values > 0 else { return nil }
    recipe.end(close, needsOwn: true)
    return ReadRow(key: key, isIdempotent: !makesElement)
  }
}

/// The facts about a row beside its recipe.
struct ReadRow {
  var key: KeyProgram.Key
  var isIdempotent: Bool
}
