"""A pytest plugin that removes the guard named by `WITHOUT_GUARD` from the bot."""

import os

from benchmarks.crashes.sabotage import SABOTAGE

SABOTAGE[os.environ["WITHOUT_GUARD"]]()
