"""Block Kit: validation rules, the defaults that Slack fills in, and the state of interactive elements."""
