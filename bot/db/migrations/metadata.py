"""The metadata of every table. It imports each module that defines a table, which registers the table."""

import importlib
from pathlib import Path

import bot
from bot.db.models import Base

ROOT = Path(bot.__file__).parents[1]
A_TABLE = "\n    __tablename__ = "

for file in sorted((ROOT / bot.__name__).rglob("*.py")):
    if A_TABLE in file.read_text():
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))

METADATA = Base.metadata
