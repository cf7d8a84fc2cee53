"""Alert rules: which messages in Slack are alerts about a team's queues.

`patterns` keeps what people type harmless, `presets` has what well-known tools write, `rules` parses a message.
"""
