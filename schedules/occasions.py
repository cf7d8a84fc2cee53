"""Birthdays and anniversaries by the clock: what comes is looked at each morning, and each is given in its own time."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes, nudges, outbox, teams, timetable
from bot.directory import Person
from bot.features import occasions
from bot.features.occasions import Given, Occasion
from bot.homes import Visitor
from bot.messages import occasions as messages
from bot.nudges import Rule
from bot.outbox import Priority
from bot.teams import Team
from bot.timetable import About, Job, Occurrence, Recurring
from schedules import tank

ABOUT = "occasion"
LOOK = "nudges.look"
"""The chore that says what is due to people, by its name: it knows the nudges of all features, these too."""
A_WEEK = timedelta(days=7)
"""So much later nobody knows any more what it is about."""


async def keep(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """What comes in the next weeks has its appointment, and its card in time."""
    await arrange(session, team, await teams.everybody(session, team), now=due.at)


async def choose(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Somebody has said something else of their own days."""
    for team in await teams.of_person(session, person.workspace_id, person.id):
        await arrange(session, team, [person.id], now=now)


async def arrange(session: AsyncSession, team: Team, ids: Sequence[str], *, now: datetime) -> None:
    planned = await occasions.plan(session, team, ids, now=now)
    opened = []
    for occasion in planned:
        await put(session, team, occasion, now=now)
        if await occasions.open_card(session, team, occasion, now=now):
            opened.append(occasion)
    if opened:
        await _tell_teammates(session, team, opened, now=now)


async def put(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> None:
    """Have it given in its time. One that comes when it is not wanted any more does nothing."""
    key = f"{ABOUT}:{occasion.id}:{occasion.due_at.isoformat()}"
    about = About(ABOUT, occasion.id)
    await timetable.put(session, job=GIVE.name, key=key, team=team, about=about, due_at=occasion.due_at, now=now)


async def _tell_teammates(session: AsyncSession, team: Team, opened: Sequence[Occasion], *, now: datetime) -> None:
    """Have teammates looked at as their day begins: the card is one of what is due to them, within their budget."""
    members = [member.user_id for member in await teams.members(session, team)]
    theirs = {occasion.person_id for occasion in opened}
    told = [each for each in members if len(theirs) > 1 or each not in theirs]
    if at := await nudges.summon(session, team.workspace_id, told, now=now):
        look = timetable.once_more(session, LOOK, team.workspace_id, due_at=at)
        await session.execute(look)
    homes.touch(session, team.workspace_id, told, now=now)


async def give(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The day has come."""
    match await occasions.give(session, team, due.about_id, now=due.at):
        case Occasion() as later:
            await put(session, team, later, now=due.at)
        case Given() as given:
            await _say(session, team, given, now=due.at)


async def _say(session: AsyncSession, team: Team, given: Given, *, now: datetime) -> None:
    to = team.channel if given.is_public else given.person.dm
    post = messages.public(team, given) if given.is_public else messages.private(team, given)
    await outbox.put(
        session, post, to=to, not_before=now, priority=Priority.RITUAL, hours_of=team, expires_at=now + A_WEEK,
        key=post.card,
    )  # fmt: skip
    for more in messages.signed_posts(given):
        await outbox.reply(session, more, under=messages.name_of(given), to=to, now=now)
    if given.is_public:
        await tank.celebrated(session, team, f"occasion:{given.occasion.id}", now=now)
    if given.occasion.opened_at:
        homes.touch(session, team.workspace_id, await teams.everybody(session, team), now=now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """The cards that somebody may sign, and the invitation to enter days of their own."""
    cards = messages.at_home(await occasions.open_to(session, visitor.seats, now))
    is_invited = visitor.teams and occasions.is_invited(visitor.person)
    return [*cards, *(messages.invitation() if is_invited else [])]


GIVE = Job(give)
TIMETABLE = [Recurring(keep, "Birthdays and anniversaries", "FREQ=DAILY", time(7), late=timedelta(hours=20), told="")]
JOBS = [GIVE]
NUDGES = [Rule(occasions.SIGN, "cards for teammates", messages.to_sign, occasions.to_sign)]
