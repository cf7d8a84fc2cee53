"""Alert rules: which Slack messages are alerts about a team's queues.

`patterns` compiles patterns typed by people safely, `presets` has the formats of well-known tools, and `rules` parses a
message.
"""
