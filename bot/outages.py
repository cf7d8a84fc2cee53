"""Log lines about an outage of the database: one line when it goes away, and one when it is back.

Otherwise everything that needs the database would log a traceback, again and again.
"""

import logging
import sys
from types import TracebackType
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger()

AWAY = ("shutting down", "starting up", "recovery mode", "terminating connection", "connection was closed")
"""What PostgreSQL says while it stops or starts."""
DRIVER = "asyncpg"


class DatabaseOutage:
    """Whether the database is away. The first error begins an outage, and the next connection ends it."""

    def __init__(self) -> None:
        self.is_on = False

    def begin(self) -> bool:
        """Return whether an outage begins, which it does once."""
        begins, self.is_on = not self.is_on, True
        return begins

    def end(self, *_: object) -> None:
        if self.is_on:
            self.is_on = False
            log.warning("database_back")


OUTAGE = DatabaseOutage()


def is_outage(error: BaseException | None) -> bool:
    """Return whether an error only says that PostgreSQL cannot be reached, or that it stops or starts."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or any(word in str(error.orig) for word in AWAY)
    return isinstance(error, OSError) and _is_raised_by_driver(error.__traceback__)


def _is_raised_by_driver(at: TracebackType | None) -> bool:
    while at is not None:
        if str(at.tb_frame.f_globals.get("__name__")).partition(".")[0] == DRIVER:
            return True
        at = at.tb_next
    return False


def shorten(_: Any, __: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace the first error of an outage by a line without a traceback, and drop the others."""
    given = said.get("exc_info")
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else None
    if not is_outage(error):
        return said
    if not OUTAGE.begin():
        raise structlog.DropEvent
    return {"event": "database_unreachable", "error": type(error).__name__, "in": said["event"]}


class OutageFilter(logging.Filter):
    """Does the same for what libraries log."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not is_outage(error):
            return True
        if OUTAGE.begin():
            log.error("database_unreachable", error=type(error).__name__, **{"in": record.name})
        return False
