"""Debriefs: what a leader saw while helping with a spike, kept as notes for their team's leaders until it is answered.

`asking` is the one question to each who helped, `keeping` what they wrote down and what came of it.
"""
