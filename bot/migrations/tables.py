"""Every table there is: importing a module here makes its tables known."""

from bot import inbox, keyring, outbox, teams, timetable
from bot.database import Base
from bot.features import shoutouts
from bot.outbox import paces

MODULES = (inbox, keyring, outbox, paces, shoutouts, teams, timetable)
METADATA = Base.metadata
