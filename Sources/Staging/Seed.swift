enum StagingSeed {}
