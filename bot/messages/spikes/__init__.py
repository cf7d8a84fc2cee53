"""Queue spikes, in words: the team's card, the question to a leader, and their time with the queue."""
