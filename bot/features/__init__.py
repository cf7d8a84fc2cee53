"""Features: the tables, rules and queries of each, without Slack messages or workflows."""
