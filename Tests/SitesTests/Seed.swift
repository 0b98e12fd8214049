import Testing

@Suite struct SitesSeed {}
