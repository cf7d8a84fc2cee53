"""Messages about queue spikes: the card, the request to a leader, stints, `/queue` and its history."""
