"""Block Kit: what Slack fills in, what a person may fill in, and what Slack refuses."""
