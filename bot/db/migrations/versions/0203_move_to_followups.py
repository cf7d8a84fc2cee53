"""Move debrief notes, roadblocks of shadowing, and promises of visits to follow-ups; drop their own tables and columns.

Texts are encrypted in both places, so they are moved without a key: a column of `Words` stores SEALED and the
ciphertext as a string.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0203"
down_revision = "0202"
branch_labels = None
depends_on = None

SEALED = "\x01"
INSTANT = sa.DateTime(timezone=True)
OLD_NUDGES = ["shadowing.roadblock", "visits.promise"]

_OWN = {"id": sa.Integer(), "workspace_id": sa.String(), "team_id": sa.Integer()}
_EMPTY = dict.fromkeys(("theme", "destination", "link", "waiting_for", "sponsor_note", "question"), "")

Moved = dict[tuple[str, str], int]
"""Ids of follow-ups, by workspace id and by the name of the old row's cards without the person's id at the end."""


def table(of: str, **columns: Any) -> sa.TableClause:
    return sa.table(of, *(sa.column(name, kind) for name, kind in columns.items()))


NOTES = table(
    "debrief_notes", **_OWN, spike_id=sa.Integer(), writer_id=sa.String(), kind=sa.String(), destination=sa.String(),
    sealed=sa.LargeBinary(), made_at=INSTANT, answered_at=INSTANT, answered_by=sa.String(), came=sa.LargeBinary(),
)  # fmt: skip
ROADBLOCKS = table(
    "roadblocks", **_OWN, meeting_id=sa.Integer(), leader_id=sa.String(), sealed=sa.LargeBinary(), due_on=sa.Date(),
    made_at=INSTANT, done_at=INSTANT,
)  # fmt: skip
DEBRIEFS = table(
    "visit_debriefs", **_OWN, meeting_id=sa.Integer(), sponsor_id=sa.String(), made_at=INSTANT,
    promise=sa.LargeBinary(), due_on=sa.Date(), kept_at=INSTANT,
)  # fmt: skip
FOLLOWUPS = table(
    "followups", **_OWN, kind=sa.String(), author_id=sa.String(), text=sa.String(), raised_at=INSTANT,
    state=sa.String(), audience=sa.String(), is_named=sa.Boolean(), owner_id=sa.String(), due_on=sa.Date(),
    moves=sa.Integer(), reason=sa.String(), outcome=sa.String(), answered_at=INSTANT, closed_at=INSTANT,
    reopened_count=sa.Integer(), owned_on=sa.Date(), source=sa.String(),
    **dict.fromkeys(_EMPTY, sa.String()),
)  # fmt: skip
EVENTS = table(
    "followup_events", workspace_id=sa.String(), team_id=sa.Integer(), followup_id=sa.Integer(), step=sa.String(),
    at=INSTANT, by_id=sa.String(), text=sa.String(),
)  # fmt: skip
MEETINGS = table("meetings", id=sa.Integer(), attendee_id=sa.String())
NUDGES = table("nudges", kind=sa.String())
MOVEMENTS = table("tank_movements", team_id=sa.Integer(), cause=sa.String(), about=sa.String())
CARDS = sa.table("cards", sa.column("workspace_id", sa.String()), sa.column("name", sa.String()))


def upgrade() -> None:
    move_notes()
    rename_cards(move_roadblocks() | move_promises())
    op.execute(sa.delete(NUDGES).where(NUDGES.c.kind.in_(OLD_NUDGES)))
    op.drop_table("debrief_notes")
    op.drop_table("roadblocks")
    with op.batch_alter_table("visit_debriefs", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_debriefs_workspace_id_sponsor_id_due_on")
        batch_op.drop_column("promise")
        batch_op.drop_column("due_on")
        batch_op.drop_column("kept_at")
        batch_op.create_index(
            batch_op.f("ix_visit_debriefs_workspace_id_sponsor_id"), ["workspace_id", "sponsor_id"], unique=False
        )


def move_notes() -> None:
    """Move the debrief notes of helpers, which the team's leaders can read."""
    for old in op.get_bind().execute(sa.select(NOTES).order_by(NOTES.c.id)).all():
        add(
            old, old.kind, old.writer_id, old.sealed, audience="leaders", owner_id=old.answered_by,
            source=f"spike:{old.spike_id}" if old.spike_id else "", destination=old.destination,
            done_at=old.answered_at, outcome=words(old.came), step="close" if old.kind == "idea" else "answer",
        )  # fmt: skip


def move_roadblocks() -> Moved:
    """Move the roadblocks that leaders took on after shadowing sessions. The session's agent becomes the author."""
    agent = sa.select(MEETINGS.c.attendee_id).where(MEETINGS.c.id == ROADBLOCKS.c.meeting_id).scalar_subquery()
    moved: Moved = {}
    for old in op.get_bind().execute(sa.select(ROADBLOCKS, agent.label("agent_id")).order_by(ROADBLOCKS.c.id)).all():
        new = add(
            old, "roadblock", old.agent_id or old.leader_id, old.sealed, audience="pair", owner_id=old.leader_id,
            source=f"meeting:{old.meeting_id}" if old.meeting_id else "", due_on=old.due_on, done_at=old.done_at,
            by=old.leader_id,
        )  # fmt: skip
        rename_movement(old.team_id, "roadblock", f"owned:{old.id}", new)
        moved[old.workspace_id, f"roadblock:{old.id}"] = new
    return moved


def move_promises() -> Moved:
    """Move the promises that sponsors made after visits, which the team's leaders can read."""
    promised = sa.select(DEBRIEFS).where(DEBRIEFS.c.promise.is_not(None)).order_by(DEBRIEFS.c.id)
    moved: Moved = {}
    for old in op.get_bind().execute(promised).all():
        new = add(
            old, "promise", old.sponsor_id, old.promise, audience="leaders", owner_id=old.sponsor_id,
            source=f"meeting:{old.meeting_id}", due_on=old.due_on, done_at=old.kept_at,
        )  # fmt: skip
        rename_movement(old.team_id, "promise", f"meeting:{old.meeting_id}", new)
        moved[old.workspace_id, f"promise:{old.id}"] = new
    return moved


def add(
    old: Any, kind: str, author_id: str, sealed: bytes, *, owner_id: str | None, done_at: Any, by: str | None = None,
    outcome: str = "", step: str = "answer", **facts: Any,
) -> int:  # fmt: skip
    """Add a follow-up with its history, and return its id. It is closed if it was done."""
    whose = {"workspace_id": old.workspace_id, "team_id": old.team_id}
    row = {
        **whose, **_EMPTY, "kind": kind, "author_id": author_id, "text": words(sealed), "raised_at": old.made_at,
        "state": "closed" if done_at else "owned" if owner_id else "open", "is_named": True, "owner_id": owner_id,
        "owned_on": old.made_at.date() if owner_id else None, "reason": "done" if done_at else None,
        "outcome": outcome, "answered_at": done_at, "closed_at": done_at, "moves": 0, "reopened_count": 0, **facts,
    }  # fmt: skip
    connection = op.get_bind()
    id: int = connection.execute(sa.insert(FOLLOWUPS).values(row).returning(FOLLOWUPS.c.id)).scalar_one()
    events = [{**whose, "followup_id": id, "step": "raise", "at": old.made_at, "by_id": by or author_id, "text": ""}]
    if done_at:
        events.append({**events[0], "step": step, "at": done_at, "by_id": owner_id, "text": outcome})
    connection.execute(sa.insert(EVENTS), events)
    return id


def words(sealed: bytes | None) -> str:
    return SEALED + sealed.decode() if sealed else ""


def rename_movement(team_id: int, cause: str, about: str, followup_id: int) -> None:
    """Rename the fun tank's movement after the follow-up, so that the follow-up is not counted again."""
    moved = (MOVEMENTS.c.team_id == team_id) & (MOVEMENTS.c.cause == cause) & (MOVEMENTS.c.about == about)
    op.execute(sa.update(MOVEMENTS).where(moved).values(about=f"followup:{followup_id}"))


def rename_cards(moved: Moved) -> None:
    """Name existing cards after the follow-ups they show, so that later steps can edit them."""
    connection = op.get_bind()
    theirs = sa.select(CARDS).where(CARDS.c.name.like("roadblock:%") | CARDS.c.name.like("promise:%"))
    for card in connection.execute(theirs).all():
        old, _, person_id = card.name.rpartition(":")
        if followup_id := moved.get((card.workspace_id, old)):
            this = (CARDS.c.workspace_id == card.workspace_id) & (CARDS.c.name == card.name)
            connection.execute(sa.update(CARDS).where(this).values(name=f"followup:{followup_id}:{person_id}"))
