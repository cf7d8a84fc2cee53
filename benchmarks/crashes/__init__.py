"""Proof by crash: the bot as processes that are killed under load, and an account of every effect.

`python -m benchmarks.crashes` writes docs/reliability.md; `--help` tells the rest.
"""
