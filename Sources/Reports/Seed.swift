enum ReportsSeed {}
