import Testing

@Suite struct JSONSeed {}
