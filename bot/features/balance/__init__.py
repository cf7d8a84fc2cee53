"""Balance: how a leader's time splits over frontline, people and strategy. Nobody else ever sees it."""
