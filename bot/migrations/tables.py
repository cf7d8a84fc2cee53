"""Every table there is: importing a module here makes its tables known."""

from bot import directory, homes, inbox, keyring, nudges, outbox, places, teams, timetable
from bot.database import Base
from bot.features import (
    balance,
    celebrations,
    debriefs,
    hooks,
    occasions,
    oneonones,
    rituals,
    rules,
    shadowing,
    shoutouts,
    spikes,
    tank,
    tickets,
    visits,
)
from bot.outbox import paces

MODULES = (
    balance, celebrations, debriefs, directory, homes, hooks, inbox, keyring, nudges, occasions, oneonones, outbox,
    paces, places, rituals, rules, shadowing, shoutouts, spikes, tank, teams, tickets, timetable, visits,
)  # fmt: skip
METADATA = Base.metadata
