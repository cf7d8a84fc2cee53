"""Structured logs with reasons and hashed ids, never with names or what people wrote; JSON unless stderr is a terminal.

Ids of people and of their DMs become keyed hashes, whoever logs them. Tracebacks have no local variables and no
messages of exceptions, and lines of other libraries have no values, because all of these may hold what people wrote.
"""

import hmac
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

import structlog

from bot import outages

log = structlog.get_logger()

PERSON_ID = re.compile(r"(?<![A-Za-z0-9])(?<![A-Z]_)([UWD])[A-Z0-9]{7,}(?![A-Za-z0-9]|_[A-Z])")
"""Slack's ids of people (`U…`, `W…`) and of DMs (`D…`), also within a longer key, but not in names of settings."""
FIRST_VALUE = re.compile(r"[:(<{\[\"'`=%\n]")
"""Where a line of another library may begin to name values."""
SLACKS_ERROR = re.compile(r"[a-z_]{1,60}")
ITS_VALUE = re.compile(r": [\"']|\n")
HASH_LENGTH = 12
DATABASES = ("sqlite3", "asyncpg", "sqlalchemy")


class _StderrHandler(logging.Handler):
    """Writes to the standard error output, whatever it is at the time.

    Of a line that cannot be formatted it prints no values, unlike the handlers of `logging`.
    """

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception as error:
            line = f"{record.name}: a log line could not be formatted: {type(error).__name__}"
        print(line, file=sys.stderr, flush=True)


class _State:
    """The key of the hashes: random until the keys of the database are loaded."""

    key = secrets.token_hex(16)


def use_key(key: str) -> None:
    """Hash the ids in all further log lines with this key."""
    _State.key = key


def hash_id(id: str, key: str) -> str:
    """Return the hash that stands for an id in log lines, such as `u_3f9a0c1b2d4e`."""
    return f"{id[0].lower()}_{hmac.digest(key.encode(), id.encode(), 'sha256').hex()[:HASH_LENGTH]}"


def hide_people(text: str) -> str:
    """Replace the ids of people in a text with their hashes."""
    return PERSON_ID.sub(lambda found: hash_id(found[0], _State.key), text)


def configure(level: str = "info") -> None:
    """Set up all logs of the process. `level` is the lowest level that is logged.

    Lines of other libraries are shown from WARNING on, or all of them at DEBUG.
    """
    lowest = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    end: list[structlog.typing.Processor] = [
        _format_exception,
        _hide_all,
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=[outages.shorten, *shared, *end],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
    )
    handler = _StderrHandler()
    handler.addFilter(outages.OutageFilter())
    before: list[structlog.typing.Processor] = [_cut_values, *shared]
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[without_meta, *end]))
    of_libraries = lowest if lowest < logging.INFO else max(lowest, logging.WARNING)
    logging.basicConfig(handlers=[handler], level=of_libraries, force=True)
    sys.excepthook = _print_uncaught


def _hide_all(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: _hide(value) for name, value in event.items()}


def _hide(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {_hide(name): _hide(each) for name, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_hide(each) for each in value]
    return hide_people(str(value))


def _cut_values(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Reduce a line of another library to its constant beginning, and name the library."""
    record: logging.LogRecord = event["_record"]
    event["event"] = FIRST_VALUE.split(str(record.msg), maxsplit=1)[0].strip()
    event["logger"] = f"{record.name}:{record.lineno}"
    return event


def _format_exception(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = describe_error(error)
    event.pop("stack_info", None)
    return event


def describe_error(error: BaseException) -> str:
    """Return an exception and its causes with their tracebacks, with messages only if these cannot hold any values."""
    return "\n".join(_describe(error, set()))


def _describe(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _describe(before, seen)
        yield "which led to:"
    if error.__traceback__:
        yield "".join(["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]).rstrip()
    message = _safe_message(error)
    yield f"{type(error).__qualname__}{f': {message}' if message else ''}"
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from (f"  {line}" for line in _describe(each, seen))


def _safe_message(error: BaseException) -> str:
    """Return what an exception says if it cannot hold what people wrote; otherwise an empty text."""
    if isinstance(error, OSError):
        return error.strerror or ""
    answer = getattr(error, "response", None)
    if answer is not None and hasattr(answer, "get"):
        said = str(answer.get("error"))
        return said if SLACKS_ERROR.fullmatch(said) else ""
    if type(error).__module__.partition(".")[0] in DATABASES:
        return ITS_VALUE.split(str(getattr(error, "orig", error)), maxsplit=1)[0]
    return ""


def _print_uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    print(hide_people(describe_error(error.with_traceback(where))), file=sys.stderr)


def report_error(reason: str) -> None:
    """Print why the process cannot start: as a sentence in a terminal, else as a log line like all others."""
    if sys.stderr.isatty():
        print(reason, file=sys.stderr)
    else:
        log.error("cannot_start", reason=reason)
