"""Every table there is: to import a module makes its tables known."""

import importlib
import pkgutil

import bot
from bot.database import Base

ELSEWHERE = ("bot.directory", "bot.homes", "bot.inbox", "bot.keyring", "bot.outbox.paces", "bot.places")
"""Modules with tables beside the code that reads them; all others are called `tables`."""


def _modules() -> list[str]:
    found = pkgutil.walk_packages(bot.__path__, "bot.")
    return [each.name for each in found if each.name.endswith(".tables") and each.name != __name__]


for name in (*ELSEWHERE, *_modules()):
    importlib.import_module(name)

METADATA = Base.metadata
