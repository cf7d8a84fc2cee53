"""Messages of visits: the offer to a sponsor, the question to a host, the debrief, and the themes."""
