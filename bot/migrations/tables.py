"""Every table there is: importing a module here makes its tables known."""

from bot import directory, inbox, keyring, nudges, outbox, places, teams, timetable
from bot.database import Base
from bot.features import oneonones, shadowing, shoutouts
from bot.outbox import paces

MODULES = (directory, inbox, keyring, nudges, oneonones, outbox, paces, places, shadowing, shoutouts, teams, timetable)
METADATA = Base.metadata
