"""The workspace as Slack last told us of it: its people, channels and teams, and when they are at work."""
