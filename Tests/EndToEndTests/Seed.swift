import Testing

@Suite struct EndToEndSeed {}
