"""Everything between the bot and Slack: what comes in, what goes out, and what is read from it."""
