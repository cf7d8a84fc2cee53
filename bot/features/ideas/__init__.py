"""Ideas: the marks that count as votes, a team's settings, and reminders of unanswered ideas."""
