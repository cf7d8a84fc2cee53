"""Every step upwards with a team's rows in the tables, on both databases: nothing is lost on the way."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text

from bot.crypto import Vault
from bot.database import SEALED, connect
from bot.features.shoutouts.tables import Shoutout
from bot.migrations import migrate
from bot.migrations.migrate import HERE
from tests.databases import KEY

ROWS: dict[str, dict[str, Any]] = {
    "workspaces": {"id": "T1", "name": "Harbour", "bot_user_id": "UBOT", "bot_id": "B1", "token": b"x"},
    "people": {"workspace_id": "T1", "id": "UANA", "name": "ana", "zone": "UTC", "is_bot": False, "has_left": False},
    "teams": {
        "id": 1, "workspace_id": "T1", "channel_id": "C1", "name": "support", "zone": "UTC",
        "created_at": "2026-11-17 10:00:00", "settings": "{}",
    },
    "members": {
        "id": 1, "workspace_id": "T1", "team_id": 1, "user_id": "UANA", "role": "agent", "is_deputy": False,
    },
    "shoutouts": {
        "id": 1, "workspace_id": "T1", "team_id": 1, "giver_id": "UBEN", "message": "Ev1", "reason": "for calm",
        "values": "[]", "made_at": "2026-11-17 10:00:00", "given_at": "2026-11-17 10:00:00", "given_on": "2026-11-17",
    },
    "shoutout_credits": {"workspace_id": "T1", "shoutout_id": 1, "receiver_id": "UANA"},
    "outbox": {
        "id": 1, "workspace_id": "T1", "conversation": "C1", "method": "chat.postMessage", "priority": 1,
        "not_before": "2026-11-17 10:00:00", "delivery": "d", "state": "waiting", "tries": 0,
    },
}  # fmt: skip


def step(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def fill(connection: Connection, *, besides: str = "") -> None:
    for table, row in ((table, row) for table, row in ROWS.items() if not table.startswith(besides or "-")):
        columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(map(literal, row.values()))
        connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"))


def literal(value: Any) -> str:
    if isinstance(value, bytes):
        return "'78'"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def counts(connection: Connection) -> dict[str, int]:
    return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in ROWS}


async def test_a_database_of_the_first_release_comes_all_the_way_up(empty_url: str | None, tmp_path: Path) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    async with database.writer.begin() as connection:
        await connection.run_sync(step, "0001")
        await connection.run_sync(fill)
    await migrate.upgrade(database)

    async with database.writer.connect() as connection:
        assert await connection.run_sync(counts) == dict.fromkeys(ROWS, 1)
    assert await migrate.is_current(database)
    await database.close()


Spikes = list[tuple[int, str, str, str | None]]
Causes = list[tuple[int, str, str]]
SPIKES: Spikes = [  # id, queue, key, resolved_at
    (1, "vip-phones", "vip-phones", None),
    (2, "VIP phones", "vip phones", None),
    (3, "e-mail", "e-mail", "2026-11-17 10:00:00"),
    (4, "chat", "chat", None),
]
CAUSES: Causes = [  # id, queue, heard_at
    (1, "vip-phones", "2026-11-17 10:00:00"),
    (2, "vip phones", "2026-11-17 11:00:00"),
    (3, "vipphones", "2026-11-17 09:00:00"),
    (4, "chat", "2026-11-17 10:00:00"),
]


ACCENTED: Spikes = [
    (1, "phones", "phones", None),
    (2, "PHÓNES", "phónes", None),
    (3, "récepção", "récepção", "2026-11-17 10:00:00"),
    (4, "téléphone", "téléphone", None),
    (5, "Téléphoné", "téléphoné", None),
    (6, "ガス", "ガス", None),
]
ACCENTED_CAUSES: Causes = [
    (1, "phones", "2026-11-17 10:00:00"),
    (2, "phónes", "2026-11-17 11:00:00"),
    (3, "récepção", "2026-11-17 09:00:00"),
    (4, "ガス", "2026-11-17 10:00:00"),
]


def fill_queues(connection: Connection, spikes: Spikes, causes: Causes) -> None:
    for id, queue, key, resolved_at in spikes:
        over = f"'{resolved_at}'" if resolved_at else "NULL"
        connection.execute(
            text(
                "INSERT INTO spikes (id, workspace_id, team_id, queue, key, source, opened_at, heard_at, state, title,"
                f" url, reopened, shown, resolved_at) VALUES ({id}, 'T1', 1, '{queue}', '{key}', 'grafana',"
                f" '2026-11-17 09:00:00', '2026-11-17 09:00:00', 'open', '', '', 0, '', {over})"
            )
        )
    for id, queue, heard_at in causes:
        connection.execute(
            text(
                "INSERT INTO spike_causes (id, workspace_id, team_id, queue, source, key, heard_at, is_firing)"
                f" VALUES ({id}, 'T1', 1, '{queue}', 'grafana', 'a', '{heard_at}', true)"
            )
        )


async def test_queues_known_in_two_spellings_become_one(empty_url: str | None, tmp_path: Path) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(step, "0001")
            await connection.run_sync(fill)
            await connection.run_sync(step, "0020")
            await connection.run_sync(fill_queues, SPIKES, CAUSES)
        await migrate.upgrade(database)

        async with database.writer.connect() as connection:
            keys = await connection.execute(text("SELECT id, key FROM spikes ORDER BY id"))
            told = await connection.execute(text("SELECT id, queue FROM spike_causes ORDER BY id"))
            names = await connection.execute(text("SELECT name_key FROM people"))
            assert keys.all() == [(1, "vip-phones"), (2, "vipphones"), (3, "email"), (4, "chat")]
            assert told.all() == [(2, "vipphones"), (4, "chat")]
            assert names.all() == [("ana",)]
    finally:
        await database.close()


THANKS = [  # id, is_private, kept_until, undone_at, reason
    (1, False, None, None, "for calm"),
    (2, True, None, None, "for the quiet word"),
    (3, True, None, "2026-11-17 10:05:00", "taken back"),
    (4, False, None, "2026-11-17 10:05:00", "taken back too"),
    (5, True, "2026-11-18 09:00:00", "2026-11-18 09:00:00", "could not be sent"),
]


def fill_thanks(connection: Connection) -> None:
    for id, is_private, kept_until, undone_at, reason in THANKS:
        kept, undone = (f"'{at}'" if at else "NULL" for at in (kept_until, undone_at))
        connection.execute(
            text(
                'INSERT INTO shoutouts (id, workspace_id, team_id, giver_id, message, source, way, reason, "values",'
                " receivers, made_at, named, kind, is_private, is_for_team, event_ts, is_gone, kept_until, undone_at)"
                f" VALUES ({id}, 'T1', 1, 'UBEN', 'Ev{id}', 'Ev{id}', 'spoken', '{reason}', '[]', '[]',"
                f" '2026-11-17 10:00:00', '[]', 'thanks', {is_private}, false, '', false, {kept}, {undone})"
            )
        )


async def test_words_of_private_thanks_are_encrypted_and_those_taken_back_are_gone(
    empty_url: str | None, tmp_path: Path
) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(step, "0001")
            await connection.run_sync(lambda each: fill(each, besides="shoutout"))
            await connection.run_sync(step, "0023")
            await connection.run_sync(fill_thanks)
        await migrate.upgrade(database)

        async with database.reading() as session:
            kept = list(await session.scalars(text("SELECT reason FROM shoutouts ORDER BY id")))
            read = list(await session.scalars(select(Shoutout.reason).order_by(Shoutout.id)))
        assert read == ["for calm", "for the quiet word", "", "", "could not be sent"]
        assert [each.startswith(SEALED) for each in kept] == [False, True, False, False, True]
    finally:
        await database.close()


CAUSES_OF_SPIKES = [  # id, queue, key, fires
    (1, "chat", "a", True),
    (2, "chat", "b", False),
    (3, "email", "a", True),
    (4, "vipphones", "a", True),
]


def fill_causes(connection: Connection) -> None:
    for id, key, value, over in ((1, "chat", 42, None), (2, "email", 7, "2026-11-17 10:00:00")):
        connection.execute(
            text(
                "INSERT INTO spikes (id, workspace_id, team_id, queue, key, source, opened_at, heard_at, state, title,"
                f" url, value, threshold, reopened, shown, resolved_at) VALUES ({id}, 'T1', 1, '{key}', '{key}', 'x',"
                f" '2026-11-17 09:00:00', '2026-11-17 09:00:00', 'open', '', '', {value}, 30, 0, '',"
                f" {repr(over) if over else 'NULL'})"
            )
        )
    for id, queue, key, fires in CAUSES_OF_SPIKES:
        connection.execute(
            text(
                "INSERT INTO spike_causes (id, workspace_id, team_id, queue, source, key, heard_at, is_firing)"
                f" VALUES ({id}, 'T1', 1, '{queue}', 'grafana', '{key}', '2026-11-17 10:00:00', {str(fires).lower()})"
            )
        )
    connection.execute(
        text(
            "INSERT INTO hooks (id, workspace_id, team_id, sender, token_hash, queue, made_by, made_at, outcome,"
            " deliveries, refused, heard, lately, is_folding) VALUES (1, 'T1', 1, 'grafana', 'x', 'phones', 'UANA',"
            " '2026-11-17 10:00:00', '', 0, 0, 0, 0, false)"
        )
    )


async def test_what_fires_is_as_large_as_its_open_spike_was(empty_url: str | None, tmp_path: Path) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(step, "0001")
            await connection.run_sync(fill)
            await connection.run_sync(step, "0023")
            await connection.run_sync(fill_causes)
        await migrate.upgrade(database)

        async with database.writer.connect() as connection:
            told = await connection.execute(text("SELECT id, value, threshold, ended_at FROM spike_causes ORDER BY id"))
            hooks = await connection.execute(text("SELECT last_id FROM hooks"))
            assert told.all() == [
                (1, 42, 30, None),
                (2, None, None, None),
                (3, None, None, None),
                (4, None, None, None),
            ]
            assert hooks.all() == [("",)]
    finally:
        await database.close()


async def test_queues_that_differ_by_accents_become_one(empty_url: str | None, tmp_path: Path) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(step, "0001")
            await connection.run_sync(fill)
            await connection.run_sync(step, "0023")
            await connection.run_sync(fill_queues, ACCENTED, ACCENTED_CAUSES)
        await migrate.upgrade(database)

        async with database.writer.connect() as connection:
            spikes = await connection.execute(text("SELECT id, queue, key FROM spikes ORDER BY id"))
            told = await connection.execute(text("SELECT id, queue FROM spike_causes ORDER BY id"))
            assert spikes.all() == [
                (1, "phones", "phones"),
                (2, "PHÓNES", "phónes"),
                (3, "récepção", "recepcao"),
                (4, "téléphone", "téléphone"),
                (5, "Téléphoné", "telephone"),
                (6, "ガス", "ガス"),
            ]
            assert told.all() == [(2, "phones"), (3, "recepcao"), (4, "ガス")]
    finally:
        await database.close()
