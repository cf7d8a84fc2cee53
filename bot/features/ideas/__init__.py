"""Ideas: the marks that count as votes, a team's settings, and the reminders of ideas that wait for an answer."""
