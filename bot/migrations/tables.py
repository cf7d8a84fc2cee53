"""Every table there is: importing a module here makes its tables known."""

from bot import directory, homes, inbox, keyring, nudges, outbox, places, teams, timetable
from bot.database import Base
from bot.features import shoutouts
from bot.outbox import paces

MODULES = (directory, homes, inbox, keyring, nudges, outbox, paces, places, shoutouts, teams, timetable)
METADATA = Base.metadata
