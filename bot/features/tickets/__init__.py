"""Tickets: counted as they come and leave, so that too many at once are seen though no tool says so.

`spike` is the rule, in numbers alone; `counting` keeps the last days, `learning` what is usual at each hour of the
week.
"""
