"""Spike debriefs: ask each helper once what they saw, and later tell them what came of their notes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import debriefs
from bot.features.debriefs import DebriefAnswer, ReadableNote
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import rules
from bot.features.spikes.models import Spike, Stint
from bot.features.spikes.rules import Step
from bot.features.spikes.settings import SpikePreferences
from bot.messages import debriefs as messages
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

ASK_EXPIRY = timedelta(days=7)
"""A question that waits longer than this for working hours is out of date."""


async def ask_helper(session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, *, now: datetime) -> None:
    """Ask a helper what they saw after their time with a spike has ended; only once, and in their working hours."""
    if spike is None:
        return
    person = await people.fetch_person(session, stint.workspace_id, stint.person_id)
    if person.has_left or not SpikePreferences.of(person).is_asked:
        return
    if debrief := await debriefs.add_debrief(session, team, spike.id, person.id, now=now):
        await outbox.put(
            session, messages.ask(team, debrief, spike.queue), to=person.dm, not_before=now, priority=Priority.NUDGE,
            hours_of=team, expires_at=now + ASK_EXPIRY,
        )  # fmt: skip


async def save_notes(
    session: AsyncSession, actor: Actor, debrief_id: int, said: Sequence[DebriefAnswer] = (), *,
    has_thanks: bool = False, now: datetime,
) -> None:  # fmt: skip
    """Save a helper's notes, or record that there were none, and remove the buttons from the question's card."""
    debrief = await debriefs.lock_debrief(session, *actor, debrief_id)
    team = await teams_queries.own_team(session, *actor, debrief.team_id)
    spike = await spikes_queries.lock_spike(session, debrief.spike_id)
    await debriefs.save_notes(session, debrief, spike.queue, said, has_thanks=has_thanks, now=now)
    await mark_debriefed(session, spike)
    await outbox.edit(session, messages.ask(team, debrief, spike.queue), to=Address(*actor), not_before=now)


async def mark_debriefed(session: AsyncSession, spike: Spike) -> None:
    """Mark a spike as debriefed if it is over and a helper has answered its debrief."""
    if spike.is_over and await debriefs.is_debriefed(session, spike.id):
        rules.take_step(spike, Step.DEBRIEF)


async def answer_note(session: AsyncSession, actor: Actor, note_id: int, came: str, *, now: datetime) -> ReadableNote:
    """Record what came of a note, and tell its author in their working hours."""
    found = await lock_note(session, actor, note_id)
    note, team = found.note, await session.get_one(Team, found.note.team_id)
    debriefs.answer_note(session, found, actor.person_id, came, now=now)
    writer = (await people.fetch_people(session, note.workspace_id, [note.writer_id])).get(note.writer_id)
    if writer and not writer.has_left and writer.id != actor.person_id:
        await outbox.put(
            session, messages.answered(note, came, actor.person_id, writer), to=writer.dm, not_before=now,
            priority=Priority.NUDGE, hours_of=team, key=f"note:{note.id}:came",
        )  # fmt: skip
    return found


async def lock_note(session: AsyncSession, actor: Actor, note_id: int) -> ReadableNote:
    return await debriefs.lock_note(session, actor.workspace_id, await led_team_ids(session, actor), note_id)


async def led_team_ids(session: AsyncSession, actor: Actor) -> list[int]:
    """Return the ids of the teams whose notes somebody may read and answer."""
    return [team.id for team in await membership.led_by(session, *actor)]
