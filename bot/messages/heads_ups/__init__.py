"""How heads-ups look in Slack: the card in the channel, its forms, the DMs to leaders, and lines on other cards."""
