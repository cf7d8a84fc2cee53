"""The leader's week: what a leader did in a working week, and what ends in the next one."""
