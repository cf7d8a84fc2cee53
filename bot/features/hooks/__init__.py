"""Hooks: the addresses at which tools tell a team how its queues are.

`keeping` is how leaders make, rotate and remove them, `hearing` what a delivery finds and leaves behind.
"""
