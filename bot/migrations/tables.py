"""Every table there is: importing a module here makes its tables known."""

from bot import directory, homes, inbox, keyring, nudges, outbox, places, teams, timetable
from bot.database import Base
from bot.features import balance, debriefs, oneonones, shadowing, shoutouts, spikes
from bot.outbox import paces

MODULES = (
    balance, debriefs, directory, homes, inbox, keyring, nudges, oneonones, outbox, paces, places, shadowing, shoutouts,
    spikes, teams, timetable,
)  # fmt: skip
METADATA = Base.metadata
