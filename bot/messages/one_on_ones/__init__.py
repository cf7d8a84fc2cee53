"""Messages of one-on-ones: the leader's list, the cards of a meeting, and the form with topics and notes."""
