import Testing

@Suite struct PatchesSeed {}
