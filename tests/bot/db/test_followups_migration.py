"""Migration 0203: notes, roadblocks and promises of earlier versions become follow-ups with the same texts."""

from datetime import date, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, inspect, select, update

from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.features.fun_tank.models import Movement
from bot.followups import queries
from bot.followups.models import Audience, Event, Followup, Kind, Reason, State
from bot.nudges.models import Nudge
from bot.slack.outbox.models import Card
from tests.bot.db.test_migrations import fill, reflected
from tests.conftest import TUESDAY
from tests.databases import KEY

VAULT = Vault([KEY])
LATER = TUESDAY + timedelta(days=2)
DUE = date(2027, 1, 15)
ROW = {"workspace_id": "x1", "team_id": 1, "made_at": TUESDAY}
NOTE = ROW | {"spike_id": 1, "queue": "phones", "writer_id": "UMAYA", "destination": "help pages", "came": None}
OLD: dict[str, list[dict[str, Any]]] = {
    "debrief_notes": [
        {"id": 11, "kind": "idea", "sealed": "a macro", "answered_at": None, "answered_by": None},
        {"id": 12, "kind": "roadblock", "sealed": "two logins", "answered_at": None, "answered_by": None,
         "spike_id": None},
        {"id": 13, "kind": "idea", "sealed": "a button", "answered_at": LATER, "answered_by": "UTOM", "came": "moved"},
        {"id": 14, "kind": "roadblock", "sealed": "slow café", "answered_at": LATER, "answered_by": None,
         "came": "gone"},
    ],
    "roadblocks": [
        {"id": 21, "meeting_id": 1, "sealed": "no screen", "done_at": None},
        {"id": 22, "meeting_id": None, "sealed": "no chair", "done_at": None},
        {"id": 23, "meeting_id": 1, "sealed": "no desk", "done_at": LATER},
    ],
    "visit_debriefs": [
        {"id": 31, "meeting_id": 1, "promise": "one login", "kept_at": None},
        {"id": 32, "meeting_id": 2, "promise": "one button", "kept_at": LATER},
        {"id": 33, "meeting_id": 3, "promise": None, "kept_at": None},
    ],
}  # fmt: skip
DEFAULTS = {
    "debrief_notes": NOTE, "roadblocks": ROW | {"leader_id": "UMAYA", "due_on": DUE},
    "visit_debriefs": ROW | {"sponsor_id": "UGRACE", "works": None, "in_the_way": None, "due_on": DUE},
}  # fmt: skip
OPEN, OWNED, CLOSED = (State.OPEN, None), (State.OWNED, None), (State.CLOSED, Reason.DONE)
MOVED = {
    "a macro": (Kind.IDEA, *OPEN, "UMAYA", None, Audience.LEADERS, "spike:1", ["raise"]),
    "two logins": (Kind.ROADBLOCK, *OPEN, "UMAYA", None, Audience.LEADERS, "", ["raise"]),
    "a button": (Kind.IDEA, *CLOSED, "UMAYA", "UTOM", Audience.LEADERS, "spike:1", ["raise", "close"]),
    "slow café": (Kind.ROADBLOCK, *CLOSED, "UMAYA", None, Audience.LEADERS, "spike:1", ["raise", "answer"]),
    "no screen": (Kind.ROADBLOCK, *OWNED, "UANA", "UMAYA", Audience.PAIR, "meeting:1", ["raise"]),
    "no chair": (Kind.ROADBLOCK, *OWNED, "UMAYA", "UMAYA", Audience.PAIR, "", ["raise"]),
    "no desk": (Kind.ROADBLOCK, *CLOSED, "UANA", "UMAYA", Audience.PAIR, "meeting:1", ["raise", "answer"]),
    "one login": (Kind.PROMISE, *OWNED, "UGRACE", "UGRACE", Audience.LEADERS, "meeting:1", ["raise"]),
    "one button": (Kind.PROMISE, *CLOSED, "UGRACE", "UGRACE", Audience.LEADERS, "meeting:2", ["raise", "answer"]),
}


def sealed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: VAULT.encrypt(value) if value and name in ("sealed", "came", "promise") else value
        for name, value in row.items()
    }


def put_old_rows(connection: Connection) -> None:
    """Insert rows in several states into each old table, with their nudges, cards and fun tank movements."""
    fill(connection)
    tables = reflected(connection).tables
    meeting = dict(connection.execute(select(tables["meetings"])).mappings().one())
    connection.execute(update(tables["meetings"]).values(attendee_id="UANA"))
    for id in (2, 3):
        connection.execute(insert(tables["meetings"]).values(meeting | {"id": id, "state": "met"}))
    for name, rows in OLD.items():
        connection.execute(delete(tables[name]))
        for row in rows:
            connection.execute(insert(tables[name]).values(sealed(DEFAULTS[name] | row)))
    nudge = dict(connection.execute(select(tables["nudges"])).mappings().one())
    movement = dict(connection.execute(select(tables["tank_movements"])).mappings().one())
    card = dict(connection.execute(select(tables["cards"])).mappings().one())
    for id, kind in enumerate(("shadowing.roadblock", "visits.promise"), 2):
        connection.execute(insert(tables["nudges"]).values(nudge | {"id": id, "kind": kind}))
    for id, about in enumerate([("roadblock", "owned:23"), ("promise", "meeting:2")], 2):
        row = movement | {"id": id, "cause": about[0], "about": about[1]}
        connection.execute(insert(tables["tank_movements"]).values(row))
    for name in ("roadblock:21:UANA", "promise:31:UMAYA", "promise:31:UTOM", "promise:99:UTOM"):
        connection.execute(insert(tables["cards"]).values(card | {"name": name}))


@pytest.fixture
async def moved(empty_url: str | None, tmp_path: Path) -> Any:
    """Return a database with rows in each old table, migrated from the revision before."""
    database = connect(empty_url, tmp_path, VAULT)
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(migrate.take_steps, "0202")
            await connection.run_sync(put_old_rows)
        await migrate.upgrade(database)
        yield database
    finally:
        await database.close()


async def found(database: Database) -> dict[str, Followup]:
    async with database.reading() as session:
        theirs = await session.scalars(select(Followup).where(Followup.id > 1).order_by(Followup.id))
        return {each.text: each for each in theirs}


async def test_migrated_rows_become_followups_with_their_texts_and_history(moved: Database) -> None:
    rows = await found(moved)
    steps = {}
    async with moved.reading() as session:
        for text, each in rows.items():
            steps[text] = [event.step for event in await queries.find_history(session, each)]

    facts = attrgetter("kind", "state", "reason", "author_id", "owner_id", "audience", "source")
    assert {text: (*facts(each), steps[text]) for text, each in rows.items()} == MOVED
    assert {each.raised_at for each in rows.values()} == {TUESDAY}
    assert {each.closed_at for each in rows.values()} == {None, LATER}
    assert all(each.is_named for each in rows.values())


async def test_migration_to_followups_keeps_answers_days_and_destinations(moved: Database) -> None:
    rows = await found(moved)
    assert {text: each.outcome for text, each in rows.items() if each.outcome} == {
        "a button": "moved", "slow café": "gone",
    }  # fmt: skip
    assert {text for text, each in rows.items() if each.due_on == DUE} == {
        "no screen", "no chair", "no desk", "one login", "one button",
    }  # fmt: skip
    assert {each.destination for each in rows.values()} == {"help pages", ""}
    async with moved.reading() as session:
        by = {event.followup_id: event.by_id for event in await session.scalars(select(Event).order_by(Event.id))}
    assert (by[rows["no screen"].id], by[rows["a button"].id]) == ("UMAYA", "UTOM")


async def test_migrated_texts_stay_encrypted_in_the_database(moved: Database) -> None:
    async with moved.writer.connect() as connection:
        stored = str((await connection.exec_driver_sql("SELECT text, outcome FROM followups")).all())
        stored += str((await connection.exec_driver_sql("SELECT text FROM followup_events")).all())
    assert not [text for text in (*MOVED, "moved", "gone") if text in stored]


async def test_migration_to_followups_drops_the_old_tables_and_columns(moved: Database) -> None:
    async with moved.writer.connect() as connection:
        tables = await connection.run_sync(lambda each: inspect(each).get_table_names())
        columns = await connection.run_sync(lambda each: inspect(each).get_columns("visit_debriefs"))
        visits = (await connection.exec_driver_sql("SELECT id FROM visit_debriefs ORDER BY id")).scalars().all()
    assert not {"debrief_notes", "roadblocks"} & {*tables}
    assert not {"promise", "due_on", "kept_at"} & {each["name"] for each in columns}
    assert visits == [31, 32, 33]


async def test_migration_to_followups_updates_cards_and_tank_movements_and_deletes_nudges(moved: Database) -> None:
    rows = await found(moved)
    async with moved.reading() as session:
        cards = set(await session.scalars(select(Card.name)))
        abouts = set(await session.scalars(select(Movement.about)))
        kinds = set(await session.scalars(select(Nudge.kind)))
    block, promise = rows["no screen"].card, rows["one login"].card
    assert cards == {"x1", f"{block}:UANA", f"{promise}:UMAYA", f"{promise}:UTOM", "promise:99:UTOM"}
    assert abouts == {"x1", rows["no desk"].about, rows["one button"].about}
    assert kinds == {"x1"}
