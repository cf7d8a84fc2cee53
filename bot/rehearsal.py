"""What a recorded delivery of a tool would do: for the one who connects it, without Slack and without an effect."""

import difflib
from datetime import UTC, datetime
from pathlib import Path

from bot.alerts import Alert, Ticket
from bot.errors import OperatorError
from bot.features.hooks.tables import Sender
from bot.messages.hooks import telling
from bot.messages.hooks.steps import NAMES
from handlers.alerts import senders
from handlers.alerts.delivery import Received
from handlers.alerts.receiving import MOST_BYTES

NOW = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing that is shown depends on it."""


def rehearse(sender: str, file: Path, queue: str) -> list[str]:
    """A line for each thing it tells; an `OperatorError` that says what to put right when it tells nothing."""
    of, body = _sender(sender), _body(file)
    read = senders.read(of, Received(body, {"content-type": _kind(body)}, NOW))
    if read.problem:
        raise OperatorError(f"{file}: {read.problem} {NAMES[of]} would be told so, and nothing would happen.")
    told: list[Alert | Ticket] = [*read.alerts, *read.tickets]
    return [telling.told(each, queue) for each in told] or [f"Nothing would happen. {read.note}".strip()]


def _sender(named: str) -> Sender:
    if named in list(Sender):
        return Sender(named)
    near = difflib.get_close_matches(named, list(Sender), n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There is {', '.join(Sender)}."
    raise OperatorError(f"I know no sender `{named}`. {hint}")


def _body(file: Path) -> bytes:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise OperatorError(f"{file}: {error.strerror}") from None
    if len(body) > MOST_BYTES:
        raise OperatorError(f"{file}: {len(body)} bytes; more than {MOST_BYTES} are refused.")
    return body


def _kind(body: bytes) -> str:
    """Datadog may send a form, and a file does not say."""
    return "application/json" if body.lstrip()[:1] in (b"{", b"[") else "application/x-www-form-urlencoded"
