"""The rows that one `/shoutout` writes, encrypted as the bot does, as Core statements and as plain SQL."""

import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Dialect, insert

from bot.db.encryption import Vault
from bot.db.models import table
from bot.db.sessions import insert_for
from bot.features.shoutouts.models import Credit, Shoutout
from bot.scheduler.models import ScheduledJob
from bot.slack.inbox import Delivery
from bot.slack.outbox.models import Lane, Outgoing

WORKSPACE, TEAM, RECEIVER, CHANNEL = "T0HARBOUR", 1, "U0ANA00000", "C0HARBOURS"
BODY = json.dumps({"text": "Maya thanked Ana", "blocks": [{"type": "section", "text": "x" * 300}]})
"""A message as long as a card, which is encrypted for each row."""
VAULT = Vault([Fernet.generate_key().decode()])
DELIVERY = insert(table(Delivery))
SHOUTOUT = insert(table(Shoutout)).returning(table(Shoutout).c.id)
CREDIT = insert(table(Credit))
OUTBOX = insert(table(Outgoing))
LATER = timedelta(seconds=6)
Values = dict[str, Any]
Statement = tuple[str, list[str]]
_numbers = itertools.count()


@dataclass(frozen=True)
class ShoutoutRows:
    delivery: Values
    shoutout: Values
    credit: Values
    outbox: list[Values]
    job: Values
    lanes: list[Values]


def new_rows() -> ShoutoutRows:
    """Return the rows of another shout-out."""
    number, now = next(_numbers), datetime.now(UTC)
    id = f"{os.getpid()}.{number}"
    key = {"workspace_id": WORKSPACE, "message": id, "giver_id": f"U{number % 200}"}
    shoutout = {
        **key, "team_id": TEAM, "source": id, "way": "spoken", "reason": "thank you for the calm voice #empathy",
        "values": ["empathy"], "receivers": [RECEIVER], "made_at": now, "named": [RECEIVER], "kind": "thanks",
        "is_private": False, "is_for_team": False, "given_at": now, "given_on": now.date(), "kept_until": None,
        "undone_at": None, "joins_id": None, "event_ts": "", "is_gone": False, "effects_due": True,
    }  # fmt: skip
    lanes = [{"workspace_id": WORKSPACE, "conversation": each, "priority": 1, "method": "chat.postMessage",
              "next_at": now} for each in (CHANNEL, RECEIVER)]  # fmt: skip
    said = {
        "workspace_id": WORKSPACE, "method": "chat.postMessage", "priority": 1, "not_before": now, "delivery": id,
        "card": f"shoutout:{id}", "key": None, "expires_at": None, "team_id": None, "held_from": None,
        "state": "waiting", "tries": 0, "attempted_at": None, "settled_at": None, "reason": None,
    }  # fmt: skip
    outbox = [{**said, "body": VAULT.encrypt(BODY), "conversation": each["conversation"]} for each in lanes]
    due_at = datetime.fromtimestamp(now.timestamp() // 3 * 3, UTC) + LATER
    job = {
        "workspace_id": WORKSPACE, "team_id": TEAM, "key": f"effects:{due_at.isoformat()}", "job": "shoutouts.apply",
        "zone": "UTC", "due_at": due_at, "wake_at": None, "since": due_at, "tries": 0,
    }  # fmt: skip
    return ShoutoutRows(
        {"workspace_id": WORKSPACE, "id": id, "received_at": now}, shoutout,
        {**key, "receiver_id": RECEIVER, "told_at": now}, outbox, job, lanes,
    )  # fmt: skip


def lanes(dialect: str) -> Any:
    lane = insert_for(dialect, table(Lane))
    return lane.on_conflict_do_update(
        index_elements=["workspace_id", "conversation"], set_={"next_at": lane.excluded.next_at}
    )


def job(dialect: str) -> Any:
    return insert_for(dialect, table(ScheduledJob)).on_conflict_do_nothing()


def plain(dialect: Dialect) -> list[Statement]:
    """Return each statement as SQL for the driver, with the names of its values in order."""
    made = new_rows()
    filled = [
        (DELIVERY, made.delivery), (SHOUTOUT, made.shoutout), (CREDIT, {**made.credit, "shoutout_id": 1}),
        (OUTBOX, made.outbox[0]), (job(dialect.name), made.job), (lanes(dialect.name), made.lanes[0]),
    ]  # fmt: skip
    found = []
    for statement, values in filled:
        compiled = statement.compile(dialect=dialect, column_keys=list(values))
        found.append((str(compiled), list(compiled.positiontup or compiled.params)))
    return found


def in_order(statements: list[Statement]) -> Iterator[tuple[str, list[str], list[Values]]]:
    """Yield each statement with its rows; the caller fills in the `shoutout_id` of credits."""
    made = new_rows()
    given = [[made.delivery], [as_text(made.shoutout)], [made.credit], made.outbox, [made.job], made.lanes]
    for (sql, order), values in zip(statements, given, strict=True):
        yield sql, order, values


def as_text(values: Values) -> Values:
    return {name: json.dumps(value) if isinstance(value, list) else value for name, value in values.items()}


def as_sqlite(value: Any) -> Any:
    """Return a date in the format that SQLAlchemy uses for SQLite."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if hasattr(value, "isoformat") else value
