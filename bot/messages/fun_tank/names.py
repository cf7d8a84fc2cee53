"""The names by which Slack knows the parts of the fun tank."""

YES = "tank:yes"
