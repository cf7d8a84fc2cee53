"""People, channels and teams of a workspace, as Slack last reported them, and their availability."""
