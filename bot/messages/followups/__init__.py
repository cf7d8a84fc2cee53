"""Messages of follow-ups: cards, news and forms that roadblocks, ideas and promises share."""
