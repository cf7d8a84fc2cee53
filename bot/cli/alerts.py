"""`steward alerts test`: dry-run a recorded webhook payload, without Slack and without side effects."""

import difflib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.alerts import Alert, Ticket
from bot.errors import OperatorError
from bot.features.webhooks import Sender
from bot.messages import webhooks
from bot.messages.webhooks import NAMES
from handlers.webhooks import senders
from handlers.webhooks.delivery import Received
from handlers.webhooks.receiver import MOST_BYTES

NOW = datetime(2000, 1, 1, tzinfo=UTC)
"""An arbitrary time of receipt; no output depends on it."""


def rehearse(sender: str, file: Path, queue: str) -> list[str]:
    """Return a line for each alert or ticket in a payload; raise an `OperatorError` when the payload is unreadable."""
    of, body = _sender(sender), _body(file)
    read = senders.parse_delivery(of, Received(body, {"content-type": _guess_content_type(body)}, NOW))
    if read.problem:
        raise OperatorError(f"{file}: {read.problem} Steward would answer {NAMES[of]} with this reason and do nothing.")
    told: list[Alert | Ticket] = [*read.alerts, *read.tickets]
    return [webhooks.event_effect(each, queue) for each in told] or [f"Nothing would happen. {read.note}".strip()]


def _sender(named: str) -> Sender:
    if named in list(Sender):
        return Sender(named)
    near = difflib.get_close_matches(named, list(Sender), n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Choose one of: {', '.join(Sender)}."
    raise OperatorError(f"Unknown sender `{named}`. {hint}")


def _body(file: Path) -> bytes:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise OperatorError(f"{file}: {error.strerror}") from None
    if len(body) > MOST_BYTES:
        raise OperatorError(f"{file} is {len(body)} bytes; the limit is {MOST_BYTES}.")
    return body


def _guess_content_type(body: bytes) -> str:
    """Guess the content type from the first byte, because a file has no header and Datadog may send a form."""
    return "application/json" if body.lstrip()[:1] in (b"{", b"[") else "application/x-www-form-urlencoded"


alerts = typer.Typer(help="Test webhook payloads from alert tools. Connect a tool with `/queue hooks` in Slack.")


@alerts.command("test")
def try_delivery(
    sender: Annotated[str, typer.Argument(help="grafana, alertmanager, pagerduty …")],
    file: Annotated[Path, typer.Argument(help="A file with a request body of that tool", dir_okay=False)],
    queue: Annotated[str, typer.Option(help="The queue to use when the payload names none")] = "",
) -> None:
    """Show the effects that a recorded payload would have, without applying them."""
    for line in rehearse(sender, file, queue):
        typer.echo(line)


@alerts.callback()
def _alerts_group() -> None:
    """Make Typer treat `test` as a subcommand; with a single command it would drop the name."""
