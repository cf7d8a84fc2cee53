"""Fault injection: the bot as processes that are killed under load, and an audit of every effect.

`python -m benchmarks.crashes` writes docs/reliability.md; see `--help` for more.
"""
