"""One process of the bot: its event loop, data, database and shutdown signals."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.db import keyring
from bot.db.encryption import restrict_to_owner
from bot.db.engines import URL_SETTING, describe_error
from bot.db.sessions import Database, connect
from bot.db.sqlite_copies import hold_folder
from bot.errors import OperatorError
from bot.settings import Settings

T = TypeVar("T")


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a new event loop until it ends."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def new_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop that uvicorn would choose: uvloop if it is installed."""
    from uvicorn.loops.auto import auto_loop_factory  # imported here: it imports all of uvicorn

    return auto_loop_factory()()


def hold_data(settings: Settings) -> AbstractContextManager[None]:
    """Hold the data folder if the database is in it, so that no second process uses that. PostgreSQL needs none."""
    if settings.database_url:
        return nullcontext()
    restrict_to_owner(settings.data)
    return hold_folder(settings.data)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the configured database, and turn its errors into `OperatorError`."""
    vault = keyring.open_vault(settings)
    database = connect(settings.database_url, settings.data, vault)
    database.erasures_file = settings.erasures_file or database.erasures_file
    try:
        await _must_answer(database)
        yield database
    except SQLAlchemyError as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            raise OperatorError("The database has no tables yet. Run `steward migrate`.") from None
        raise OperatorError(f"Database error: {type(error).__name__}: {describe_error(error)}.") from None
    finally:
        await database.close()


async def _must_answer(database: Database) -> None:
    """Connect to PostgreSQL once, and raise an `OperatorError` if that fails."""
    if database.is_sqlite:
        return
    try:
        async with database.writer.connect():
            pass
    except (SQLAlchemyError, OSError) as error:
        url = database.writer.url
        where = f"{url.database} at {url.host or url.query.get('host') or 'a local socket'}"
        reason = "no answer in time" if isinstance(error, TimeoutError) else describe_error(error)
        raise OperatorError(f"{URL_SETTING}: cannot connect to {where}: {reason}.") from None


async def run_until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine until SIGTERM or SIGINT, which may come during start-up, then cancel it so that it cleans up."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    working, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def start(work: Coroutine[Any, Any, None], *, level: str = "info", is_service: bool = False) -> None:
    """Run a command, and end with status 2 on an `OperatorError`. A service logs that error like everything else."""
    logs.configure(level)
    try:
        run_loop(work)
    except OperatorError as error:
        logs.report_error(str(error)) if is_service else typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
