"""Find faults that an action caused: exceptions, missing acks, and forms and blocks that Slack refuses."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.errors import AnswerTooLate
from tests.harness import Json

LOUD = ("error", "critical")
ITS_OWN = ("required_field", "view_without_submit", "not_in_channel")
"""Errors that Slack returns without calling the bot."""
MAY_BE_OVER = {
    "birthdays:sign": "an unanswered reminder keeps its buttons, because an answer counts late; the card may be posted"
}
"""Actions whose button stays after its subject is over, with the reason."""


class LogRecorder:
    """A structlog processor that records the bot's log entries, including exception objects."""

    def __init__(self) -> None:
        self.entries: list[Json] = []

    def __call__(self, _: object, level: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if entry.get("exc_info") is True:
            entry["exc_info"] = sys.exc_info()[1]
        self.entries.append({**entry, "level": level})
        raise structlog.DropEvent

    def take_entries(self) -> list[Json]:
        """Return and clear the entries written since the last call."""
        torn, self.entries = self.entries, []
        return torn


@contextmanager
def diary() -> Iterator[LogRecorder]:
    found = LogRecorder()
    processors = structlog.get_config()["processors"]
    before = processors.copy()
    processors[:] = [found]
    try:
        yield found
    finally:
        processors[:] = before


def of(answer: Json, entries: list[Json]) -> Iterator[str]:
    """Yield the faults in an answer and in the log entries written during it."""
    if not answer["ok"] and answer["error"] not in ITS_OWN:
        yield f"Slack answered {answer['error']} {answer.get('response_metadata', '')}"
    for entry in entries:
        if entry["level"] in LOUD:
            yield " ".join(f"{name}={value!r}" for name, value in entry.items())
        elif _is_over(entry) and entry["name"] not in MAY_BE_OVER:
            yield f"{entry['name']} looked alive, and it is over"


def _is_over(entry: Json) -> bool:
    """Return whether a refusal means that the button should not have been shown.

    Buttons have no fields, so a refusal at a field means that the button offered something impossible.
    """
    is_refused = entry["event"] == "listener_refused" and entry["kind"] == "action"
    return is_refused and (entry["error"] == AnswerTooLate.__name__ or entry["field"] is not None)


def was_refused(entries: list[Json]) -> bool:
    return any(entry["event"] in ("listener_refused", "listener_failed") for entry in entries)
