"""One-on-ones by the clock: who meets whom, what comes before a meeting and after it, and its invitations."""

from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import hours, outbox, timetable
from bot.directory import Person
from bot.features import oneonones, shoutouts
from bot.features.oneonones import Meeting, Pair, State
from bot.messages import invitations
from bot.messages import oneonones as messages
from bot.messages.post import Post
from bot.nudges import Rule
from bot.outbox import Priority
from bot.teams import Team
from bot.timetable import About, Job, Occurrence, Ritual

BEFORE = AFTER = timedelta(hours=2)
MOST_THANKS = 3
ABOUT = "one_on_one"


async def pair(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Bring a team's pairs up to date with who is in it, and tell those whose meeting cannot be."""
    for meeting in await oneonones.settle(session, team, now=now):
        series = await session.get_one(oneonones.Series, meeting.series_id)
        await announce(session, await oneonones.completed(session, series), meeting, now=now)


async def keep_pairs(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await pair(session, team, now=due.at)


async def announce(
    session: AsyncSession, pair: Pair, meeting: Meeting, *, by: Person | None = None, told: str = "", now: datetime
) -> None:
    """After a change: the two cards, what the clock has to do, and for calendars the invitation.

    Where there is no invitation that could bring it, `told` goes to the other one than `by`.
    """
    await arrange(session, pair, meeting, now=now)
    links = _links(pair, meeting) if meeting.state == State.PLANNED else None
    for reader in (pair.leader, pair.agent):
        await outbox.show(session, messages.card(pair, meeting, reader, links), to=reader.dm, now=now)
        if meeting.is_invited and meeting.starts_at:
            await _invite(session, pair, meeting, reader, told, now)
        elif by and told and reader is not by:
            await outbox.put(session, Post(told), to=reader.dm, not_before=now)


async def arrange(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Have done in time what a meeting needs, and nothing that it needs no more."""
    wanted: dict[Job, datetime] = {}
    if meeting.state == State.PLANNED:
        starts, ends = meeting.span
        wanted = {PREPARE: max(starts - BEFORE, now), ASK: ends + AFTER}
    elif meeting.is_open:
        routine = hours.of_person(_asked(pair, meeting), pair.team)
        wanted = {LAPSE: max(meeting.times), REMIND: hours.next_morning(routine, now)}
    for job in JOBS:
        key = f"{ABOUT}:{meeting.id}:{job.name}"
        if job in wanted:
            await _put(session, job, pair.team, meeting, wanted[job], now)
        else:
            await timetable.cancel(session, pair.team, key)


async def _put(session: AsyncSession, job: Job, team: Team, meeting: Meeting, at: datetime, now: datetime) -> None:
    key, about = f"{ABOUT}:{meeting.id}:{job.name}", About(ABOUT, meeting.id)
    await timetable.put(session, job=job.name, key=key, team=team, about=about, due_at=at, now=now)


async def _invite(
    session: AsyncSession, pair: Pair, meeting: Meeting, reader: Person, told: str, now: datetime
) -> None:
    event = _event(pair, meeting)
    content = invitations.request(event, now) if meeting.is_open else invitations.cancel(event, now)
    await outbox.file(
        session, name="one-on-one.ics", content=content, title=messages.title(pair),
        comment=told or messages.invitation(meeting, reader), to=reader.dm, not_before=now,
    )  # fmt: skip


def _event(pair: Pair, meeting: Meeting) -> invitations.Meeting:
    return invitations.Meeting(
        uid=f"one-on-one-{meeting.id}-{meeting.workspace_id}@steward", title=messages.title(pair),
        starts_at=meeting.span[0], minutes=meeting.minutes, sequence=meeting.sequence,
        organizer=pair.leader, attendee=pair.agent,
    )  # fmt: skip


def _links(pair: Pair, meeting: Meeting) -> messages.Links:
    event = _event(pair, meeting)
    return messages.Links(invitations.google_link(event), invitations.outlook_link(event))


async def prepare(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours before: to each what both want to talk about."""
    pair, meeting = await _of(session, due)
    if meeting.state != State.PLANNED:
        return
    ends = meeting.span[1]
    thanks = await _thanks(session, pair, due.at)
    for reader in (pair.leader, pair.agent):
        kept = await oneonones.kept(session, pair, reader.id)
        post = messages.preparation(pair, meeting, reader, kept, thanks)
        await outbox.put(
            session, post, to=reader.dm, not_before=due.at, priority=Priority.NUDGE, hours_of=team, expires_at=ends,
            key=f"{post.card}:{meeting.sequence}",
        )  # fmt: skip


async def _thanks(session: AsyncSession, pair: Pair, now: datetime) -> list[str]:
    """The agent's latest shout-outs that everybody could read, since the two last met."""
    since = now - timedelta(days=max(14, (now.date() - oneonones.waits_since(pair.series)).days))
    given, names = await shoutouts.given_between(session, pair.team, since, now)
    theirs = [each.reason for each in given if pair.agent.id in names[each.id]]
    return theirs[: -MOST_THANKS - 1 : -1]


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours after: one press."""
    pair, meeting = await _of(session, due)
    if meeting.state == State.PLANNED:
        await _ask(session, pair, meeting, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    pair, meeting = await _of(session, due)
    if meeting.state == State.PLANNED:
        card = messages.outcome(pair, meeting).card or ""
        await outbox.delete(session, card, to=pair.leader.dm, now=due.at)
        await _ask(session, pair, meeting, LET_GO, due.at)


async def _ask(session: AsyncSession, pair: Pair, meeting: Meeting, following: Job, now: datetime) -> None:
    routine = hours.of_person(pair.leader, pair.team)
    morning = hours.next_morning(routine, hours.next_good(routine, now) or now)
    post = messages.outcome(pair, meeting, again=following is LET_GO)
    await outbox.put(
        session, post, to=pair.leader.dm, not_before=now, priority=Priority.NUDGE, hours_of=pair.team,
        expires_at=morning,
    )  # fmt: skip
    await _put(session, following, pair.team, meeting, morning, now)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: it counts as held, and one press says that it was not."""
    pair, meeting = await _of(session, due)
    if meeting.state == State.PLANNED:
        oneonones.let_go(pair, meeting, now=due.at)
        await _show_outcome(session, pair, meeting, due.at)


async def settle(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Show what became of a meeting on every card of it; the clock has nothing more to do."""
    await arrange(session, pair, meeting, now=now)
    await _show_outcome(session, pair, meeting, now)


async def _show_outcome(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    await outbox.edit(session, messages.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
    for reader in (pair.leader, pair.agent):
        await outbox.edit(session, messages.card(pair, meeting, reader), to=reader.dm, not_before=now)


def _asked(pair: Pair, meeting: Meeting) -> Person:
    """Who has times to choose from."""
    return pair.agent if meeting.state == State.PROPOSED else pair.leader


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning after, once: the times that nobody has chosen from yet, below what was said since."""
    pair, meeting = await _of(session, due)
    if meeting.state not in (State.PROPOSED, State.COUNTERED) or max(meeting.times) <= due.at:
        return
    reader = _asked(pair, meeting)
    post = messages.card(pair, meeting, reader)
    await outbox.delete(session, post.card or "", to=reader.dm, now=due.at)
    await outbox.put(
        session, post, to=reader.dm, not_before=due.at, hours_of=team, expires_at=max(meeting.times),
    )  # fmt: skip


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last of the times has passed, and nobody chose."""
    pair, meeting = await _of(session, due)
    if meeting.state in (State.PROPOSED, State.COUNTERED):
        oneonones.lapse(meeting, now=due.at)
        for reader in (pair.leader, pair.agent):
            await outbox.edit(session, messages.card(pair, meeting, reader), to=reader.dm, not_before=due.at)


async def _of(session: AsyncSession, due: Occurrence) -> tuple[Pair, Meeting]:
    assert due.about  # noqa: S101
    meeting = await session.get_one(Meeting, due.about.id)
    pair = await oneonones.pair_of(session, meeting.workspace_id, meeting.leader_id, meeting.series_id)
    await session.refresh(meeting)
    return pair, meeting


TIMETABLE = [
    Ritual(keep_pairs, "One-on-ones", "FREQ=DAILY", time(8), late=timedelta(hours=20), told=""),
]
PREPARE, ASK, ASK_AGAIN, LET_GO = Job(prepare), Job(ask_outcome), Job(ask_again), Job(let_go)
REMIND, LAPSE = Job(remind), Job(lapse)
JOBS = [PREPARE, ASK, ASK_AGAIN, LET_GO, REMIND, LAPSE]
NUDGES = [
    Rule(oneonones.DUE, "one-on-ones that are due", messages.due, oneonones.reminders),
    Rule(oneonones.FOLLOW_UP, "notes to come back to", messages.follow_up, oneonones.follow_ups),
]
