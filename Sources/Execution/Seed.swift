enum ExecutionSeed {}
