"""What the decisions in docs/decisions/ rest on, to be run again: `python -m benchmarks.NAME`."""

import warnings

warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR")
