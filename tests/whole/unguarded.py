"""A plugin of pytest's: the bot without the guard that `WITHOUT_GUARD` names."""

import os

from benchmarks.crashes.breaks import BREAKS

BREAKS[os.environ["WITHOUT_GUARD"]]()
