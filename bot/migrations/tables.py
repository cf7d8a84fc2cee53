"""Every table there is: importing a module here makes its tables known."""

from bot import directory, inbox, keyring, outbox, places, teams, timetable
from bot.database import Base
from bot.features import shoutouts
from bot.outbox import paces

MODULES = (directory, inbox, keyring, outbox, paces, places, shoutouts, teams, timetable)
METADATA = Base.metadata
