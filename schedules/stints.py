"""Stints by the clock: who comes is announced, asked as their time ends, and their time is counted."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes
from bot.directory import Person
from bot.features.balance import keeping
from bot.features.balance.tables import Part
from bot.features.spikes import stints
from bot.features.spikes.stints import PATIENCE
from bot.features.spikes.tables import Kind, Spike, Stint
from bot.messages.spikes import asks, cards
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName
from bot.timetable.tables import About, Occurrence
from schedules import debriefs
from schedules.spike_cards import answers_until, put, show, tell

ABOUT = "stint"
LOOK = JobName("spike_asks.look")
"""The job that asks the next leader, by name, since its module imports this one."""


async def begin(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *,
    card: str | None = None, now: datetime,
) -> Stint:  # fmt: skip
    """Somebody is there: the team hears it, and the clock knows until when. `card` is theirs, to be given buttons."""
    stint = await stints.begin(session, team, spike, person, kind, minutes, now=now)
    stint.card = card
    homes.touch(session, person.workspace_id, [person.id], now=now)
    if card:
        await outbox.edit(session, asks.on(spike, stint, person), to=person.dm, not_before=now)
    post = cards.joined(stint, minutes)
    if spike is None:
        await outbox.put(session, post, to=team.channel, not_before=now)
    else:
        await tell(session, team, spike, post, aloud=True, now=now)
        await show(session, team, spike, now=now)
    await put(session, ASK, team, About(ABOUT, stint.id), due_at=stint.until, now=now)
    return stint


async def extend(
    session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, person: Person, minutes: int, *, now: datetime
) -> None:
    stints.extend(stint, minutes, now=now)
    await outbox.edit(session, asks.on(spike, stint, person), to=person.dm, not_before=now)
    if spike:
        await show(session, team, spike, now=now)
    await put(session, ASK, team, About(ABOUT, stint.id), due_at=stint.until, now=now)


async def finish(
    session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, *,
    at: datetime, by_itself: bool = False, now: datetime,
) -> None:  # fmt: skip
    """Their time is over, and counted; who was the last to help leaves it to the clock to ask the next."""
    await stints.end(session, spike, stint, at)
    homes.touch(session, stint.workspace_id, [stint.person_id], now=now)
    await keeping.count(
        session, team, stint.person_id, part=Part.FRONTLINE, minutes=stint.minutes,
        started_at=stint.started_at, source=f"{ABOUT}:{stint.id}", now=now,
    )  # fmt: skip
    if by_itself and stint.card is None:
        stint.card = _card(stint)
    if stint.card:
        person = await directory.person(session, stint.workspace_id, stint.person_id)
        await outbox.show(session, asks.ended(spike, stint, by_itself=by_itself), to=person.dm, now=now)
    if spike and not spike.is_over:
        await show(session, team, spike, now=now)
        await timetable.put(
            session, job=LOOK, key=f"spike:{spike.id}:{LOOK}:{ABOUT}:{stint.id}", team=team,
            about=About("spike", spike.id), due_at=now, now=now,
        )  # fmt: skip
    await debriefs.ask(session, team, spike, stint, now=now)


async def ask(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The time they named is over: still on it? As a new message, since no edit rings."""
    spike, stint = await _of(session, due)
    if stint.ended_at or due.at < stint.until:
        return
    person = await directory.person(session, stint.workspace_id, stint.person_id)
    if stint.card:
        await outbox.change(session, asks.moved_on(stint), to=person.dm, now=due.at)
    stint.card = _card(stint)
    post = asks.still_on(spike, stint)
    await outbox.put(session, post, to=person.dm, not_before=due.at, priority=Priority.URGENT)
    await put(session, LET_GO, team, About(ABOUT, stint.id), due_at=due.at + PATIENCE, now=due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said a word: it ended when it was to end."""
    spike, stint = await _of(session, due)
    if stint.ended_at or due.at < stint.until + PATIENCE:
        return
    person = await directory.person(session, stint.workspace_id, stint.person_id)
    until = await answers_until(session, stint.card or "", person, since=stint.until, wait=PATIENCE, now=due.at)
    if until > due.at:
        await put(session, LET_GO, team, About(ABOUT, stint.id), due_at=until, now=due.at)
        return
    await finish(session, team, spike, stint, at=stint.until, by_itself=True, now=due.at)


async def _of(session: AsyncSession, due: Occurrence) -> tuple[Spike | None, Stint]:
    stint = await session.get_one(Stint, due.about_id)
    return await stints.held(session, stint.workspace_id, stint.id)


def _card(stint: Stint) -> str:
    return f"{ABOUT}:{stint.id}:{stint.sequence}"


ASK, LET_GO = JobName("stints.ask"), JobName("stints.let_go")
JOBS = [Job(ask), Job(let_go)]
