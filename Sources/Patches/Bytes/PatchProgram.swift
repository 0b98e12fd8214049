public import Sheets

/// Stages common rows straight from their bytes: a `PatchBuilder`, compiled a second time.
///
/// It takes only rows for which the builder's result is certain, and without findings. The builder reads every other
/// row, and remains the only definition of what is right.
public final class PatchProgram {
  private enum Program {
    case cells(CellProgram)
    case objects(ObjectProgram)
  }

  private let program: Program
  private let fragments: Fragments
  private var recipe = Recipe()

  /// - Parameter format: the format of the sheet whose header the builder was made with, if it has one.
  /// - Returns: `nil` if rows may need a feature that only the builder has.
  public init?(_ builder: PatchBuilder, of format: SheetFormat) {
    // Several columns make one key, or the record makes the patch.
    guard builder.reader.shape.keyParts.isEmpty, builder.rewriting == nil else { return nil }
    fragments = Fragments(isOfCells: format.hasHeader)
    if format.hasHeader {
      guard let cells = CellProgram(builder, fragments) else { return nil }
      program = .cells(cells)
    } else {
      guard let objects = ObjectProgram(builder, fragments) else { return nil }
      program = .objects(objects)
    }
  }

  /// Adds a row with its patch to a batch; returns `false` if the builder must read it.
  public func write(_ row: RowBytes, to batch: inout RowBatch) -> Bool {
    // Moved out of the object meanwhile, where each access would be checked.
    var recipe = Recipe()
    swap(&recipe, &self.recipe)
    defer { swap(&recipe, &self.recipe) }
    recipe.removeAll()
    guard unsafe row.input.count < PatchForm.inputLimit, let read = read(row, &recipe),
      let form = fragments.form(of: recipe)
    else { return false }
    if !fragments.news.isEmpty { batch.forms += fragments.takeNews() }
    return batch.append(row, read, form, recipe)
  }

  private func read(_ row: RowBytes, _ recipe: inout Recipe) -> ReadRow? {
    switch (program, row.content) {
    case (.cells(let program), .cells(let cells)): unsafe program.read(cells, &recipe)
    case (.objects(let program), .object(let line)): unsafe program.read(line, &recipe)
    default: nil
    }
  }
}
