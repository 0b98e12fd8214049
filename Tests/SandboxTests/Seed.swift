import Testing

@Suite struct SandboxSeed {}
