"""What each feature is: its tables, its rules, its reads and writes."""
