"""Jobs of one-on-ones: keep pairs up to date, prepare, remind, ask how it went."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.one_on_ones import notes, queries
from bot.features.one_on_ones.models import Meeting, State
from bot.features.one_on_ones.rules import Pair
from bot.messages.one_on_ones import cards
from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About, Occurrence
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.one_on_ones import bookings, outcomes, updates
from bot.workflows.one_on_ones.updates import ABOUT, ASK_AGAIN, LET_GO, REMIND_AGAIN, REMIND_LAST, REMIND_ONCE_MORE
from bot.workflows.spikes import queues

LAST_REMINDER_LEAD = timedelta(days=2)


async def reconcile_pairs(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.reconcile_pairs(session, team, now=due.at)


async def prepare(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours before, or as the day before ends: to each what both want to talk about."""
    pair, meeting = await _find_meeting(session, due)
    if meeting.state != State.PLANNED:
        return
    ends = meeting.span[1]
    thanks, since = await updates.fetch_thanks(session, pair, due.at), updates.last_met_at(pair)
    for reader in (pair.leader, pair.agent):
        kept = await notes.fetch_notes(session, pair, reader.id)
        spiked = await queues.summarize_since(session, pair.team, pair.leader, reader, since, now=due.at)
        post = cards.preparation(pair, meeting, reader, kept, thanks, spiked)
        await outbox.put(
            session, post, to=reader.dm, not_before=due.at, priority=Priority.NUDGE, hours_of=team, expires_at=ends,
            key=f"{post.card}:{meeting.sequence}",
        )  # fmt: skip


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours after: one press."""
    pair, meeting = await _find_meeting(session, due)
    if meeting.state == State.PLANNED:
        await outcomes.ask_outcome(session, pair, meeting, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    pair, meeting = await _find_meeting(session, due)
    if meeting.state == State.PLANNED:
        card = cards.outcome(pair, meeting).card or ""
        await outbox.delete(session, card, to=pair.leader.dm, now=due.at)
        await outcomes.ask_outcome(session, pair, meeting, LET_GO, due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: it counts as held, and one press says that it was not."""
    pair, meeting = await _find_meeting(session, due)
    if meeting.state == State.PLANNED:
        outcomes.assume_met(pair, meeting, now=due.at)
        await outcomes.show_outcome(session, pair, meeting, due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning after: the times that nobody has chosen from yet, below what was said since."""
    await _remind(session, due, REMIND_AGAIN)


async def remind_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await _remind(session, due, REMIND_ONCE_MORE)


async def remind_once_more(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The third morning; then it is left to them, until the times have nearly passed."""
    await _remind(session, due, REMIND_LAST)


async def remind_last(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning before the last of the times."""
    await _remind(session, due, None)


async def _remind(session: AsyncSession, due: Occurrence, following: JobName | None) -> None:
    pair, meeting = await _find_meeting(session, due)
    if meeting.state not in (State.PROPOSED, State.COUNTERED) or max(meeting.times) <= due.at:
        return
    reader = updates.find_asked(pair, meeting)
    if meeting.state == State.PROPOSED:
        await bookings.refresh_times(session, pair, meeting, due.at)
    post = cards.card(pair, meeting, reader)
    await outbox.delete(session, post.card or "", to=reader.dm, now=due.at)
    await outbox.put(session, post, to=reader.dm, not_before=due.at, hours_of=pair.team, expires_at=max(meeting.times))
    if following:
        after = max(due.at, max(meeting.times) - LAST_REMINDER_LEAD) if following == REMIND_LAST else due.at
        morning = moment.next_morning(working_hours.person_hours(reader, pair.team), after)
        about = About(ABOUT, meeting.id)
        await scheduler.put_about(session, following, pair.team, about, due_at=morning, now=due.at)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last of the times has passed, and nobody chose."""
    pair, meeting = await _find_meeting(session, due)
    if meeting.state in (State.PROPOSED, State.COUNTERED):
        outcomes.expire(meeting, now=due.at)
        for reader in (pair.leader, pair.agent):
            await outbox.edit(session, cards.card(pair, meeting, reader), to=reader.dm, not_before=due.at)


async def _find_meeting(session: AsyncSession, due: Occurrence) -> tuple[Pair, Meeting]:
    meeting = await session.get_one(Meeting, due.about_id)
    pair = await queries.find_pair_of_series(session, meeting.workspace_id, meeting.leader_id, meeting.series_id)
    await session.refresh(meeting)
    return pair, meeting
