"""Session hooks that update the lanes (conversations' queues) of new outbox rows, and then wake the relay."""

from functools import cache

from sqlalchemy import Executable, case, event, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.db.models import table
from bot.db.sessions import insert_for
from bot.org.workspaces import Address
from bot.slack.outbox.models import Lane, Outgoing, State
from bot.slack.post import Payload

LANES = "outbox.lanes"


def announce_row(session: AsyncSession, row: Outgoing) -> None:
    """Register a new or changed outbox row, so that its lane is updated when the transaction commits."""
    if row.state != State.WAITING:
        return
    lanes: dict[Address, list[Outgoing]] = session.info.setdefault(LANES, {})
    lanes.setdefault(Address(row.workspace_id, row.conversation), []).append(row)


@event.listens_for(Session, "before_commit")
def _update_lanes(session: Session) -> None:
    """Upsert the lanes of the new rows, at the end of the transaction and in sorted order to avoid deadlocks."""
    lanes: dict[Address, list[Outgoing]] = session.info.get(LANES, {})
    if lanes:
        session.flush()
        hints = [_hint(lane, lanes[lane]) for lane in sorted(lanes)]
        session.execute(_upsert(session.get_bind().dialect.name), hints)


@event.listens_for(Session, "after_commit")
def _wake_the_relay(session: Session) -> None:
    if session.info.pop(LANES, None):
        session.info["posted"].set()


def _hint(lane: Address, rows: list[Outgoing]) -> Payload:
    first = min(rows, key=lambda row: row.priority)
    return {
        "workspace_id": lane.workspace_id,
        "conversation": lane.conversation,
        "priority": first.priority,
        "method": first.method,
        "next_at": min(row.not_before for row in rows),
    }


@cache
def _upsert(dialect: str) -> Executable:
    """Return the upsert for a lane. Cached per dialect, because building it at every commit is expensive."""
    made, lane = insert_for(dialect, table(Lane)), table(Lane).c
    new = made.excluded
    idle, ahead = lane.next_at.is_(None), or_(lane.next_at.is_(None), new.priority < lane.priority)
    return made.on_conflict_do_update(
        index_elements=[lane.workspace_id, lane.conversation],
        set_={
            "priority": case((ahead, new.priority), else_=lane.priority),
            "method": case((ahead, new.method), else_=lane.method),
            "next_at": case((or_(idle, new.next_at < lane.next_at), new.next_at), else_=lane.next_at),
        },
    )
