"""Every table there is: to import a module makes its tables known."""

import importlib
from functools import cache
from hashlib import blake2b
from pathlib import Path

from sqlalchemy.schema import CreateIndex, CreateTable

import bot
from bot.db.models import Base

ROOT = Path(bot.__file__).parents[1]
A_TABLE = "\n    __tablename__ = "

for file in sorted((ROOT / bot.__name__).rglob("*.py")):
    if A_TABLE in file.read_text():
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))

METADATA = Base.metadata


@cache
def fingerprint() -> str:
    """A few characters that stand for all tables, columns and indexes, and change with any of them."""
    tables = [str(CreateTable(each)) for each in METADATA.sorted_tables]
    indexes = [str(CreateIndex(index)) for each in METADATA.sorted_tables for index in each.indexes]
    return blake2b("".join(sorted(tables + indexes)).encode(), digest_size=4).hexdigest()
