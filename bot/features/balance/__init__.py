"""Balance: how a leader's time splits into frontline, people and strategy. Only that leader ever sees it."""
