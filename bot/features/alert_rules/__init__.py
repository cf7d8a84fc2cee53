"""Alert rules: which Slack messages are alerts about a team's queues.

`patterns` safely compiles the patterns that people type, `presets` has the formats of well-known tools, and `rules`
parses a message.
"""
