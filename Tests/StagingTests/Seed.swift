import Testing

@Suite struct StagingSeed {}
