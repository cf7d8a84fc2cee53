"""An operator's day: real servers, every trouble that `steward doctor` knows, and the remedy it names, taken.

`python -m benchmarks.operators_day` prints what the operator sees at each step, and exits with 1 if it is unexpected.
"""
