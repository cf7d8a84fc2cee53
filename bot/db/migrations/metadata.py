"""Every table there is: to import a module makes its tables known."""

import importlib
import pkgutil
from functools import cache
from hashlib import blake2b

from sqlalchemy.schema import CreateIndex, CreateTable

import bot
from bot.db.models import Base

ELSEWHERE = (
    "bot.org.people",
    "bot.slack.home",
    "bot.slack.inbox",
    "bot.db.keyring",
    "bot.slack.rate_limits",
    "bot.org.channels",
)
"""Modules with tables beside the code that reads them; all others are called `tables`."""


def _modules() -> list[str]:
    found = pkgutil.walk_packages(bot.__path__, "bot.")
    return [each.name for each in found if each.name.endswith((".tables", ".models")) and each.name != __name__]


for name in (*ELSEWHERE, *_modules()):
    importlib.import_module(name)

METADATA = Base.metadata


@cache
def fingerprint() -> str:
    """A few characters that stand for all tables, columns and indexes, and change with any of them."""
    tables = [str(CreateTable(each)) for each in METADATA.sorted_tables]
    indexes = [str(CreateIndex(index)) for each in METADATA.sorted_tables for index in each.indexes]
    return blake2b("".join(sorted(tables + indexes)).encode(), digest_size=4).hexdigest()
