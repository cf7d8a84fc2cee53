"""A pytest plugin that removes one of the bot's safeguards, named by the environment variable `WITHOUT_GUARD`."""

import os

from benchmarks.crashes.sabotage import SABOTAGE

SABOTAGE[os.environ["WITHOUT_GUARD"]]()
