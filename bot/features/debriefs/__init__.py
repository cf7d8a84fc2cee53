"""Debriefs: what a leader saw while helping with a spike, kept as notes for their team's leaders until answered."""
