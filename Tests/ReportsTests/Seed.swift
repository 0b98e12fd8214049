import Testing

@Suite struct ReportsSeed {}
