"""`/queue`: spikes as people call, answer and end them, and which messages are alerts."""
