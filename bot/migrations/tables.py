"""Every table there is: importing a module here makes its tables known."""

from bot import directory, homes, inbox, keyring, nudges, outbox, places, teams, timetable
from bot.database import Base
from bot.features import balance, debriefs, hooks, oneonones, rules, shadowing, shoutouts, spikes, tank, tickets
from bot.outbox import paces

MODULES = (
    balance, debriefs, directory, homes, hooks, inbox, keyring, nudges, oneonones, outbox, paces, places, rules,
    shadowing, shoutouts, spikes, tank, teams, tickets, timetable,
)  # fmt: skip
METADATA = Base.metadata
