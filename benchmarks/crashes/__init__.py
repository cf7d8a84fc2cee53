"""Crash tests: kill the bot's processes under load, then audit every effect that people were promised.

`python -m benchmarks.crashes` writes docs/reliability.md; see `--help` for more.
"""
