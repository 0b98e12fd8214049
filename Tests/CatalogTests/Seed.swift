import Testing

@Suite struct CatalogSeed {}
