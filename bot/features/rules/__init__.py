"""Rules: which messages in Slack are alerts about a team's queues.

`patterns` keeps what people type harmless, `ready` has what well-known tools write, `reading` reads a message by a
rule.
"""
