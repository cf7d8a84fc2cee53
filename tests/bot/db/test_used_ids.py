"""A new row never gets the id of a row that was erased: keys, cards and buttons of the old one may be left.

PostgreSQL's sequences give no number twice; SQLite's ids need to be told so.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Integer, delete

from bot.db.encryption import DATABASE
from bot.db.models import Base, table
from bot.db.personal_data import DECLARED, Erase
from bot.db.sessions import Database
from bot.features.balance.models import TimeEntry
from bot.features.hand_ups.models import HandUp
from bot.features.heads_ups.models import CoverSlot
from bot.features.notices.models import NoticeReceipt
from bot.features.visits import models as visits
from bot.followups.models import Support
from bot.org.teams.models import Member, Team
from bot.slack.outbox.models import Outgoing
from tests.schedules.test_retention import row

NAMED_NOWHERE: tuple[type[Base], ...] = (
    CoverSlot, Member, NoticeReceipt, Outgoing, Support, TimeEntry, visits.Debrief,
)  # fmt: skip
"""The tables whose ids no key, card, button or other row contains."""


def may_be_deleted(model: type[Base]) -> bool:
    """Return whether an erase may delete rows of a table with a number for an id."""
    declared, (key, *more) = DECLARED[model], table(model).primary_key
    ways = {declared.on_mention, *(declared.erase_by(each) for each in declared.people)}
    is_number = isinstance(key.type, Integer) and not more
    return is_number and (Erase.DELETE in ways or declared.unsent is not None)


def test_every_table_whose_rows_an_erase_deletes_never_uses_an_id_again_or_is_named_nowhere() -> None:
    reused = {each for each in DECLARED if may_be_deleted(each)} - {
        each for each in DECLARED if table(each).dialect_options["sqlite"]["autoincrement"]
    }

    assert reused == {*NAMED_NOWHERE}


def test_migrated_database_has_what_the_models_say(sqlite: Path) -> None:
    with closing(sqlite3.connect(sqlite / DATABASE)) as database:
        made = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
        found = {name for (name,) in made}

    assert found == {
        table(each).name for each in DECLARED if table(each).dialect_options["sqlite"]["autoincrement"]
    }  # fmt: skip


async def test_new_hand_up_does_not_get_the_id_of_the_deleted_one(database: Database, team: Team) -> None:
    ids = []
    for _ in range(2):
        async with database.begin() as session:
            hand_up = row(HandUp, team)
            session.add(hand_up)
            await session.flush()
            ids.append(hand_up.id)
            await session.execute(delete(HandUp))

    assert ids[0] < ids[1]
