"""Balance: how a leader's time splits over frontline, people and strategy. Nobody else ever sees it.

`keeping` counts and logs, `reading` has the last two weeks, `reminding` says when a leader hears of them.
"""
