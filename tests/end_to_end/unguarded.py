"""A plugin of pytest's: the bot without the guard that `WITHOUT_GUARD` names."""

import os

from benchmarks.crashes.sabotage import SABOTAGE

SABOTAGE[os.environ["WITHOUT_GUARD"]]()
