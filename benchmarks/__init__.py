"""Benchmarks behind the decisions in docs/decisions/: `python -m benchmarks.NAME`."""

import warnings

warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR")
