"""`steward alerts test`: what a recorded delivery of a tool would do, without Slack and without an effect."""

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
"""Nothing that is shown depends on it."""


def rehearse(sender: str, file: Path, queue: str) -> list[str]:
    """A line for each thing it tells; an `OperatorError` that says what to put right when it tells nothing."""
    of, body = _sender(sender), _body(file)
    read = senders.parse_delivery(of, Received(body, {"content-type": _kind(body)}, NOW))
    if read.problem:
        raise OperatorError(f"{file}: {read.problem} {NAMES[of]} would be told so, and nothing would happen.")
    told: list[Alert | Ticket] = [*read.alerts, *read.tickets]
    return [webhooks.event_effect(each, queue) for each in told] or [f"Nothing would happen. {read.note}".strip()]


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


alerts = typer.Typer(help="What tools tell of the queues; `/queue hooks` in Slack connects them.")


@alerts.command("test")
def try_delivery(
    sender: Annotated[str, typer.Argument(help="grafana, alertmanager, pagerduty …")],
    file: Annotated[Path, typer.Argument(help="A body as that tool sends it", dir_okay=False)],
    queue: Annotated[str, typer.Option(help="The address's own queue, for what names none")] = "",
) -> None:
    """Say what a recorded delivery would do, without doing it."""
    for line in rehearse(sender, file, queue):
        typer.echo(line)


@alerts.callback()
def _about_alerts() -> None:
    """So that `test` is a word of its own."""
