"""Ask who helped with a spike what they saw, once, and tell them in the end what came of it."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.debriefs import queries
from bot.features.debriefs.models import Debrief, Note
from bot.features.debriefs.queries import ReadableNote
from bot.features.spikes import rules
from bot.features.spikes.models import Spike, Stint
from bot.features.spikes.rules import Step
from bot.features.spikes.settings import SpikePreferences
from bot.messages.debriefs import cards
from bot.org import people, workspaces
from bot.org.teams.models import Team
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

ASK_EXPIRY = timedelta(days=7)
"""What waits longer for a good moment is not fresh any more."""


async def ask_helper(session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, *, now: datetime) -> None:
    """Somebody's time with a spike has ended: what did they see? Asked once, in their hours."""
    if spike is None:
        return
    person = await people.fetch_person(session, stint.workspace_id, stint.person_id)
    if person.has_left or not SpikePreferences.of(person).is_asked:
        return
    if debrief := await queries.add_debrief(session, team, spike.id, person.id, now=now):
        await outbox.put(
            session, cards.ask(team, debrief, spike.queue), to=person.dm, not_before=now, priority=Priority.NUDGE,
            hours_of=team, expires_at=now + ASK_EXPIRY,
        )  # fmt: skip


async def update_card(session: AsyncSession, team: Team, debrief: Debrief, queue: str, *, now: datetime) -> None:
    """It is answered: its card has no buttons any more, and a spike that is over has been debriefed."""
    to = workspaces.Address(debrief.workspace_id, debrief.leader_id)
    await outbox.edit(session, cards.ask(team, debrief, queue), to=to, not_before=now)


async def mark_debriefed(session: AsyncSession, spike: Spike) -> None:
    """Once a spike is over, and somebody has said what there is to learn from it, it is done with."""
    if spike.is_over and await queries.is_debriefed(session, spike.id):
        rules.take_step(spike, Step.DEBRIEF)


async def answer_note(
    session: AsyncSession, team: Team, found: ReadableNote, by: str, came: str, *, now: datetime
) -> None:
    """Tell who wrote a note what came of it, at a good moment of theirs."""
    queries.answer_note(session, found, by, came, now=now)
    note: Note = found.note
    writer = (await people.fetch_people(session, note.workspace_id, [note.writer_id])).get(note.writer_id)
    if writer and not writer.has_left and writer.id != by:
        post = cards.answered(note, came, by, writer)
        await outbox.put(
            session, post, to=writer.dm, not_before=now, priority=Priority.NUDGE, hours_of=team,
            key=f"note:{note.id}:came",
        )  # fmt: skip
