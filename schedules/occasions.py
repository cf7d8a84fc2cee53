"""Birthdays and anniversaries by the clock: what comes is looked at each morning, and each is given in its own time."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.directory import Person
from bot.features.occasions import cards as occasions_features_cards
from bot.features.occasions import giving, planning, settings
from bot.features.occasions.cards import SIGN
from bot.features.occasions.giving import Given
from bot.features.occasions.tables import Occasion
from bot.homes import Visitor
from bot.messages.occasions import cards as occasions_cards
from bot.messages.occasions import invitation, signing
from bot.nudges import engine
from bot.nudges.rules import Rule
from bot.outbox import outbox
from bot.outbox.tables import Priority
from bot.teams import finding, membership
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import Job, JobName, Recurring
from bot.timetable.tables import About, Occurrence
from schedules import tank

ABOUT = "occasion"
LOOK = JobName("nudges.look")
"""The chore that says what is due to people, by its name: it knows the nudges of all features, these too."""
A_WEEK = timedelta(days=7)
"""So much later nobody knows any more what it is about."""


async def keep(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """What comes in the next weeks has its appointment, and its card in time."""
    await arrange(session, team, await membership.everybody(session, team), now=due.at)


async def choose(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Somebody has said something else of their own days."""
    for team in await finding.of_person(session, person.workspace_id, person.id):
        await arrange(session, team, [person.id], now=now)


async def arrange(session: AsyncSession, team: Team, ids: Sequence[str], *, now: datetime) -> None:
    planned = await planning.plan(session, team, ids, now=now)
    opened = []
    for occasion in planned:
        await put(session, team, occasion, now=now)
        if await occasions_features_cards.open_card(session, team, occasion, now=now):
            opened.append(occasion)
    if opened:
        await _tell_teammates(session, team, opened, now=now)


async def put(session: AsyncSession, team: Team, occasion: Occasion, *, now: datetime) -> None:
    """Have it given in its time. One that comes when it is not wanted any more does nothing."""
    key = f"{ABOUT}:{occasion.id}:{occasion.due_at.isoformat()}"
    about = About(ABOUT, occasion.id)
    await timetable.put(session, job=GIVE, key=key, team=team, about=about, due_at=occasion.due_at, now=now)


async def _tell_teammates(session: AsyncSession, team: Team, opened: Sequence[Occasion], *, now: datetime) -> None:
    """Have teammates looked at as their day begins: the card is one of what is due to them, within their budget."""
    members = [member.user_id for member in await membership.members(session, team)]
    theirs = {occasion.person_id for occasion in opened}
    told = [each for each in members if len(theirs) > 1 or each not in theirs]
    if at := await engine.summon(session, team.workspace_id, told, now=now):
        look = timetable.once_more(session, LOOK, team.workspace_id, due_at=at)
        await session.execute(look)
    homes.touch(session, team.workspace_id, told, now=now)


async def give(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The day has come; of several on one day the first to be due brings the others with it, in one post."""
    await membership.hold(session, team.id)
    given = await _given(session, team, due.about_id, due.at)
    if given is None:
        return
    others = [await _given(session, team, each, due.at) for each in await giving.due_with(session, given)]
    every = [given, *(each for each in others if each)]
    for alone in (each for each in every if not each.is_public):
        await _say(session, team, [alone], now=due.at)
    if public := [each for each in every if each.is_public]:
        await _say(session, team, public, now=due.at)


async def _given(session: AsyncSession, team: Team, occasion_id: int, now: datetime) -> Given | None:
    """What is given now; what has moved on is given in its new time."""
    match await giving.give(session, team, occasion_id, now=now):
        case Occasion() as later:
            await put(session, team, later, now=now)
        case Given() as given:
            return given
    return None


async def _say(session: AsyncSession, team: Team, every: Sequence[Given], *, now: datetime) -> None:
    given = every[0]
    to = team.channel if given.is_public else given.person.dm
    post = occasions_cards.public(team, *every) if given.is_public else occasions_cards.private(team, given)
    await outbox.put(
        session, post, to=to, not_before=now, priority=Priority.RITUAL, hours_of=team, expires_at=now + A_WEEK,
        key=post.card,
    )  # fmt: skip
    for more in occasions_cards.signed_posts(*every):
        await outbox.reply(session, more, under=occasions_cards.name_of(given), to=to, now=now)
    for each in every if given.is_public else ():
        await tank.occasion_kept(session, team, each.occasion, now=now)
    if any(each.occasion.opened_at for each in every):
        homes.touch(session, team.workspace_id, await membership.everybody(session, team), now=now)


async def at_home(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """The cards that somebody may sign, and the invitation to enter days of their own."""
    cards = signing.at_home(await occasions_features_cards.open_to(session, visitor.seats, now))
    is_invited = visitor.teams and settings.is_invited(visitor.person)
    return [*cards, *(invitation.invitation() if is_invited else [])]


GIVE = JobName("occasions.give")
TIMETABLE = [Recurring(keep, "Birthdays and anniversaries", "FREQ=DAILY", time(7), late=timedelta(hours=20), told="")]
JOBS = [Job(give)]
NUDGES = [Rule(SIGN, "cards for teammates", signing.to_sign, occasions_features_cards.to_sign, is_at_home=False)]
