"""Alerts from the tools around a queue: one module a sender, which proves and reads; `receiving` does the rest.

A module has `proves`, whether a request comes from the holder of the secret; `read`, what it tells, in `bot.alerts`'
words; and `sign`, the headers by which a request of ours would prove itself.
"""
