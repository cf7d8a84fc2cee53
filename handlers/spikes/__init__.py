"""`/queue`: spikes as people call, answer and end them."""
