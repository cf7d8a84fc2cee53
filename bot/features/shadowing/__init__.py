"""Shadowing: a leader sits beside an agent for a while, and learns where help is needed.

`turns` says whose turn it is, `rounds` finds that for many teams at once, `asking` is how the two agree, `sittings` who
gets hold of one, `wrapping_up` what comes of it.
"""
