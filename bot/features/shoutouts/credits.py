"""Credits: each giver credits each receiver once per message, even if several shout-outs are about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import table
from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.shoutouts.rules import GiverAndReceiver, assign_credits
from bot.features.shoutouts.settings import ShoutoutPreferences
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team

Change = Literal["new", "changed", "gone"]
"""The change to a shout-out, and to the card and notes that belong to it."""


class NoteChange(NamedTuple):
    """A change to the note that tells a receiver about a shout-out."""

    shoutout: Shoutout
    receiver_id: str
    becomes: Change


_WRITE = insert(table(Credit))


async def record_credits(
    session: AsyncSession, shoutout: Shoutout, known: dict[str, Person], now: datetime
) -> list[NoteChange]:
    """Add credits for a new shout-out about a message without credits, and return the notes to send."""
    told = [each for each in shoutout.receivers if _gets_note(shoutout, known.get(each))]
    act = {
        "workspace_id": shoutout.workspace_id, "message": shoutout.message,
        "giver_id": shoutout.giver_id, "shoutout_id": shoutout.id,
    }  # fmt: skip
    rows = [{**act, "receiver_id": each, "told_at": now if each in told else None} for each in shoutout.receivers]
    await session.execute(_WRITE, rows)
    return [NoteChange(shoutout, receiver, "new") for receiver in told]


async def reconcile_credits(
    session: AsyncSession, team: Team, message: str, *, now: datetime, edited: Shoutout | None = None
) -> list[NoteChange]:
    """Make the credits for a message match its shout-outs, and return which notes are new, changed or gone.

    Lock the team first: two reconciliations of one message at the same time would each see only half.
    """
    await session.flush()
    acts = await shoutouts_for_message(session, team.workspace_id, message)
    wanted, standing = assign_credits(acts), await _credits_for_message(session, team.workspace_id, message)
    notes = await _remove_unwanted(session, standing, wanted, {act.id: act for act in acts})
    fresh = {pair: act for pair, act in wanted.items() if pair not in standing or standing[pair].shoutout_id != act.id}
    notes += await _add_missing(session, standing, fresh, acts, now)
    if edited:
        same = [credit for pair, credit in standing.items() if pair in wanted and pair not in fresh]
        notes += changed_notes(edited, same)
    await session.flush()
    return notes


def changed_notes(shoutout: Shoutout, credits: Iterable[Credit]) -> list[NoteChange]:
    """Return the notes about a shout-out that have a new text."""
    told = [credit for credit in credits if credit.shoutout_id == shoutout.id and credit.told_at]
    return [NoteChange(shoutout, credit.receiver_id, "changed") for credit in told]


async def shoutouts_for_message(session: AsyncSession, workspace_id: str, message: str) -> Sequence[Shoutout]:
    these = select(Shoutout).where(Shoutout.workspace_id == workspace_id, Shoutout.message == message)
    return (await session.scalars(these.order_by(Shoutout.id))).all()


async def has_other_shoutout(session: AsyncSession, act: Shoutout) -> bool:
    """Return whether another shout-out by the giver already thanks for the same message."""
    acts = await shoutouts_for_message(session, act.workspace_id, act.message)
    return any(each.is_given and each.giver_id == act.giver_id for each in acts if each is not act)


async def credits_of(session: AsyncSession, shoutout: Shoutout) -> Sequence[Credit]:
    """Return the credits that belong to one shout-out."""
    return (await session.scalars(select(Credit).where(Credit.shoutout_id == shoutout.id))).all()


async def _credits_for_message(
    session: AsyncSession, workspace_id: str, message: str
) -> dict[GiverAndReceiver, Credit]:
    these = select(Credit).where(Credit.workspace_id == workspace_id, Credit.message == message)
    return {(credit.giver_id, credit.receiver_id): credit for credit in await session.scalars(these)}


async def _remove_unwanted(
    session: AsyncSession,
    standing: dict[GiverAndReceiver, Credit],
    wanted: dict[GiverAndReceiver, Shoutout],
    acts: dict[int, Shoutout],
) -> list[NoteChange]:
    """Delete credits that no shout-out supports anymore.

    Returns the notes that go with them, or with credits that move to another shout-out.
    """
    notes = []
    for pair, credit in standing.items():
        was, then = acts[credit.shoutout_id], wanted.get(pair)
        if was is not then and credit.told_at and not was.is_quiet:
            notes.append(NoteChange(was, credit.receiver_id, "gone"))
        if then is None:
            await session.delete(credit)
    return notes


async def _add_missing(
    session: AsyncSession,
    standing: dict[GiverAndReceiver, Credit],
    fresh: dict[GiverAndReceiver, Shoutout],
    acts: Sequence[Shoutout],
    now: datetime,
) -> list[NoteChange]:
    """Add missing credits, move existing ones to the shout-out that supports them now, and return the notes to send."""
    loud = {receiver for (_, receiver), act in fresh.items() if not act.is_quiet}
    known = await people.fetch_people(session, acts[0].workspace_id, loud) if loud else {}
    notes = []
    for pair, act in fresh.items():
        is_told = _gets_note(act, known.get(pair[1]))
        if is_told:
            notes.append(NoteChange(act, pair[1], "new"))
        told_at = now if is_told or _joins_team_thanks(act, acts) else None
        if credit := standing.get(pair):
            credit.shoutout_id, credit.told_at = act.id, told_at
        else:
            session.add(Credit(act.workspace_id, act.message, *pair, act.id, told_at))
    return notes


def _gets_note(shoutout: Shoutout, receiver: Person | None) -> bool:
    """Return whether the receiver of a shout-out gets a note about it at once."""
    if receiver is None or shoutout.is_quiet or shoutout.is_for_team:
        return False
    return ShoutoutPreferences.of(receiver).is_told


def _joins_team_thanks(act: Shoutout, acts: Sequence[Shoutout]) -> bool:
    """Return whether a shout-out is a reaction to thanks for the whole team.

    Such a reaction is visible in the channel, so it sends no notes: otherwise each person would get one.
    """
    return act.is_quiet and any(other.id == act.joins_id and other.is_for_team for other in acts)
