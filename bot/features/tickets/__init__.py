"""Tickets: counted as they come and leave, so that too many at once are seen though no tool says so.

`rules` says in numbers alone what too many are; `queries` counts, and learns what is usual at each hour of the week.
"""
