import Testing

@Suite struct SheetsSeed {}
