import Testing

@Suite struct ExecutionSeed {}
