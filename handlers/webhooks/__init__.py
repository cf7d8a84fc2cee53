"""Webhooks of the tools around a queue: one module a sender, which proves and parses; `receiver` does the rest.

A module has `proves`, whether a request comes from the holder of the secret; `parse`, what it tells, in `bot.alerts`'
words; and `sign`, the headers by which a request of ours would prove itself. `listeners` answers `/queue hooks`.
"""
