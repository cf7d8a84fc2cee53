"""Tickets: counted as they arrive and close, to detect spikes for which no tool sends an alert.

`rules` decides how many are too many, without a database; `queries` counts, and learns the usual number for each hour
of the week.
"""
