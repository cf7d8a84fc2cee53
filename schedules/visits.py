"""Visits by the clock: the offer to a sponsor, what comes before and after, the invitations, and a month's themes."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes
from bot.candidates import Candidate, Seat
from bot.directory import Person
from bot.features.shadowing.settings import Own
from bot.features.visits import asking, debriefing, hosts, offering, parties, themes
from bot.features.visits.debriefing import PROMISE
from bot.features.visits.hosts import Crowd
from bot.features.visits.offering import OFFER
from bot.features.visits.parties import Party
from bot.features.visits.settings import Settings
from bot.features.visits.tables import State, Visit
from bot.features.visits.themes import THEME
from bot.homes import Visitor
from bot.hours import moment
from bot.hours import routine as hours_routine
from bot.messages import invitations as calendars
from bot.messages.visits import cards, lists, nudges
from bot.nudges.rules import Rule
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams import membership
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName, Recurring
from bot.timetable.recurrence import When, each_month
from bot.timetable.tables import About, Occurrence
from schedules import invitations, outcomes, visit_leaders
from schedules.busy import busy

AFTER = timedelta(minutes=15)
A_WEEK = timedelta(days=7)
MONTHS = 6
"""So far back it is looked for themes that wait for the next month."""
ABOUT = "visit"
NOT_TO_BE = (State.CANCELLED, State.DECLINED, State.LAPSED)


def may_host(person: Person) -> bool:
    """Who likes to be asked by leaders is asked for visits too: it is one choice."""
    return Own.of(person).may_be_asked


async def find(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    return await offering.offers(session, seats, now, busy=busy, may_host=may_host)


async def crowd(session: AsyncSession, team: Team, now: datetime) -> Crowd:
    """Who could host a visit, in turn, not over anything that is planned already."""
    return await hosts.crowd(session, team, now, busy=busy, may_host=may_host)


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Call off what cannot be, since somebody left or has another place, and tell those who are there."""
    for visit in await parties.lost(session, team):
        asking.cancel(visit, now=now)
        await announce(session, await parties.with_people(session, visit), visit, now=now)
    await visit_leaders.settle(session, team, now=now)


async def keep(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await settle(session, team, now=due.at)


async def ask(session: AsyncSession, party: Party, visit: Visit, *, now: datetime) -> None:
    """The host hears the question at a good moment, as a new message; the sponsor sees that it is on its way."""
    await arrange(session, party, visit, now=now)
    post = cards.card(party, visit, party.host)
    await outbox.delete(session, post.card or "", to=party.host.dm, now=now)
    await outbox.put(session, post, to=party.host.dm, not_before=now, hours_of=party.team, expires_at=visit.starts_at)
    await outbox.show(session, cards.card(party, visit, party.sponsor), to=party.sponsor.dm, now=now)


async def pass_on(
    session: AsyncSession, party: Party, visit: Visit, *, has_answered: bool = True, now: datetime
) -> None:
    """Somebody else is asked; where nobody else can, the sponsor hears “another time, then”, and never who said no."""
    asking.pass_on(party, visit, await crowd(session, party.team, now), now=now)
    if not visit.is_invited:
        farewell = cards.passed_by(party, visit, party.host, has_answered=has_answered)
        await outbox.withdraw(session, farewell, to=party.host.dm, now=now)
    if visit.is_open:
        await ask(session, await parties.with_people(session, visit), visit, now=now)
    else:
        await announce(session, party, visit, by=party.host, now=now)


async def announce(
    session: AsyncSession, party: Party, visit: Visit, *, by: Person | None = None, now: datetime
) -> None:
    """After an answer: what the clock has to do, and what everybody has to hear."""
    await arrange(session, party, visit, now=now)
    await tell(session, party, visit, by=by, now=now)


async def tell(session: AsyncSession, party: Party, visit: Visit, *, by: Person | None = None, now: datetime) -> None:
    """The two cards, and what calendars have to know. Whoever waits for an answer gets a new card: no edit rings."""
    is_on = visit.state == State.PLANNED
    is_sent = visit.is_invited and (is_on or visit.state in NOT_TO_BE)
    links = calendars.links(_event(party, visit)) if is_on else None
    has_heard = visit.state == State.DECLINED and not visit.is_invited
    for reader in [party.sponsor] if has_heard else [party.sponsor, party.host]:
        post = cards.card(party, visit, reader, links)
        if is_sent:
            await outbox.show(session, post, to=reader.dm, now=now)
        elif reader is by or visit.state in (State.CANCELLED, State.LAPSED):
            await outbox.withdraw(session, post, to=reader.dm, now=now)
        else:
            await outbox.delete(session, post.card or "", to=reader.dm, now=now)
            await outbox.put(session, post, to=reader.dm, not_before=now, hours_of=party.team)
        if is_sent:
            comment = cards.comment(visit, by, reader)
            await invitations.send(session, _event(party, visit), reader, comment, is_on=is_on, now=now)
    await visit_leaders.tell(session, party, visit, now=now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """What is on the way, and what a sponsor has promised."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    theirs = await parties.open_ones(session, workspace_id, person_id)
    return lists.at_home(theirs, await debriefing.promises(session, workspace_id, person_id), visitor.person)


async def arrange(session: AsyncSession, party: Party, visit: Visit, *, now: datetime) -> None:
    """Have done in time what a visit needs, and nothing that it needs no more."""
    homes.touch(session, visit.workspace_id, [visit.sponsor_id, *visit.passed, visit.host_id], now=now)
    wanted: dict[JobName, datetime] = {}
    match visit.state:
        case State.PLANNED:
            days = [_day(reader, visit) for reader in (party.sponsor, party.host)]
            wanted = {REMIND: max(min(days), now), ASK: visit.span[1] + AFTER}
        case State.ASKED:
            await _wait_for_the_host(session, party, visit, now)
        case State.SUGGESTED:
            wanted = {LAPSE: visit.starts_at}
    await timetable.arrange(session, party.team, About(ABOUT, visit.id), ITS_JOBS, wanted, now=now)


async def _wait_for_the_host(session: AsyncSession, party: Party, visit: Visit, now: datetime) -> None:
    """Until their second morning. Each question has its own appointment: the one being kept cannot be put again."""
    routine = hours_routine.of_person(party.host, party.team)
    due_at = min(moment.next_morning(routine, moment.next_morning(routine, now)), visit.starts_at)
    await timetable.put_about(session, PASS_ON, party.team, _question(visit), due_at=due_at, now=now)


def _question(visit: Visit) -> About:
    return About(f"{ABOUT}.{visit.sequence}", visit.id)


def _day(reader: Person, visit: Visit) -> datetime:
    """When somebody's day of the visit begins."""
    return datetime.combine(reader.local(visit.starts_at).date(), time(), ZoneInfo(reader.zone))


def _event(party: Party, visit: Visit) -> calendars.Meeting:
    return calendars.Meeting(
        uid=f"visit-{visit.id}-{visit.workspace_id}@steward", title=cards.title(party), starts_at=visit.starts_at,
        minutes=visit.minutes, sequence=visit.sequence, organizer=party.sponsor, attendee=party.host,
        description=cards.description(), file="visit.ics",
    )  # fmt: skip


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """As the day of it begins: to both."""
    party, visit = await _of(session, due)
    if visit.state != State.PLANNED:
        return
    for reader in (party.sponsor, party.host):
        post = cards.reminder(party, visit, reader)
        await outbox.put(
            session, post, to=reader.dm, not_before=max(due.at, _day(reader, visit)), priority=Priority.NUDGE,
            hours_of=team, expires_at=visit.span[1], key=f"{post.card}:{visit.sequence}",
        )  # fmt: skip


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    party, visit = await _of(session, due)
    if visit.state == State.PLANNED:
        await _ask(session, party, visit, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    party, visit = await _of(session, due)
    if visit.state == State.PLANNED:
        card = cards.outcome(party, visit).card or ""
        await outbox.delete(session, card, to=party.sponsor.dm, now=due.at)
        await _ask(session, party, visit, LET_GO, due.at)


async def _ask(session: AsyncSession, party: Party, visit: Visit, following: JobName, now: datetime) -> None:
    post = cards.outcome(party, visit, again=following is LET_GO)
    morning = await outcomes.ask(session, post, party.sponsor, party.team, now=now)
    await timetable.put_about(session, following, party.team, About(ABOUT, visit.id), due_at=morning, now=now)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it."""
    party, visit = await _of(session, due)
    if visit.state == State.PLANNED:
        debriefing.missed(party, visit, party.sponsor.id, now=due.at)
        await show_outcome(session, party, visit, now=due.at)


async def conclude(session: AsyncSession, party: Party, visit: Visit, *, now: datetime) -> None:
    """The sponsor said what became of it: the clock has nothing more to do."""
    await arrange(session, party, visit, now=now)
    await show_outcome(session, party, visit, now=now)


async def show_outcome(session: AsyncSession, party: Party, visit: Visit, *, now: datetime) -> None:
    """What became of it, on every card there is."""
    shown = [(reader, cards.card(party, visit, reader)) for reader in (party.sponsor, party.host)]
    for reader, post in [(party.sponsor, cards.recorded(party, visit)), *shown]:
        await outbox.change(session, post, to=reader.dm, now=now)
    await visit_leaders.tell(session, party, visit, now=now)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host had another time in mind; it has passed, and nobody answered."""
    party, visit = await _of(session, due)
    if visit.state == State.SUGGESTED:
        asking.lapse(visit, now=due.at)
        await tell(session, party, visit, now=due.at)


async def ask_another(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host has had two days: somebody else is asked."""
    party, visit = await _of(session, due)
    if visit.state == State.ASKED and due.about == _question(visit):
        await pass_on(session, party, visit, has_answered=False, now=due.at)


async def tell_themes(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """To those who can do something about them: what stood in the way last month."""
    bounds = [due.at - relativedelta(months=ago) for ago in range(MONTHS, -1, -1)]
    counted = await themes.counts(session, team, bounds)
    people = await directory.people(
        session, team.workspace_id, await membership.guides(session, team) if counted else []
    )
    for reader in (each for each in people.values() if each.may_join):
        await outbox.put(
            session, lists.themes(team, counted), to=reader.dm, not_before=due.at, priority=Priority.NUDGE,
            hours_of=team, expires_at=due.at + A_WEEK, key=f"themes:{team.id}:{due.at:%Y-%m-%d}:{reader.id}",
        )  # fmt: skip


async def _of(session: AsyncSession, due: Occurrence) -> tuple[Party, Visit]:
    visit = await session.get_one(Visit, due.about_id)
    return await parties.one(session, visit.workspace_id, visit.sponsor_id, visit.id)


def _monthly(team: Team) -> When | None:
    chosen = Settings.of(team)
    return each_month(chosen.monthly_on, chosen.monthly_at) if chosen.monthly else None


TIMETABLE = [
    Recurring(keep, "Visits", "FREQ=DAILY", time(8), late=timedelta(hours=20), told=""),
    Recurring(
        tell_themes,
        "The month's themes",
        "FREQ=MONTHLY;BYMONTHDAY=1",
        time(9, 30),
        late=timedelta(days=3),
        told="what stood in the way at visits, by theme and without names, goes to the leaders and the sponsor",
        chosen=_monthly,
    ),
]
REMIND, ASK, ASK_AGAIN, LET_GO = (
    JobName("visits.remind"),
    JobName("visits.ask_outcome"),
    JobName("visits.ask_again"),
    JobName("visits.let_go"),
)
LAPSE, PASS_ON = JobName("visits.lapse"), JobName("visits.ask_another")
ITS_JOBS = [REMIND, ASK, ASK_AGAIN, LET_GO, LAPSE]
JOBS = [Job(remind), Job(ask_outcome), Job(ask_again), Job(let_go), Job(lapse), Job(ask_another)]
NUDGES = [
    Rule(OFFER, "visits to a team you sponsor", nudges.offer, find),
    Rule(PROMISE, "what you promised after a visit", nudges.promise, debriefing.reminders),
    Rule(THEME, "themes that come up again and again", nudges.theme, themes.flags),
]
