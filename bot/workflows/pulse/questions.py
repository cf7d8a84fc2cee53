"""Ask the agents of a running round, and remind those who have not answered.

Whom a round asks is decided when it opens. On a day with reminders everybody's budget for nudges is spent, and the
outbox has the question encrypted with the round's key, so that what is stored does not tell who has answered.
"""

import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.disposable_keys import DisposableKey
from bot.features.pulse import queries, rules
from bot.features.pulse.models import Invited, PulseRound
from bot.messages.pulse import cards
from bot.nudges import engine
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority

ASK = JobName("pulse.ask")


def new_card_name() -> str:
    """Return a random name, because rows of the outbox name the card next to the person."""
    return f"dm:{secrets.token_hex()}"


async def ask_again(session: AsyncSession, team: Team, round_id: int, *, now: datetime) -> None:
    """Ask agents who could not be asked yet and, on the days for reminders, those who have not answered."""
    found = await queries.lock_round(session, team.workspace_id, round_id)
    if found.is_open:
        await ask(session, team, found, await queries.load_key(session, found), now=now)


async def ask(session: AsyncSession, team: Team, found: PulseRound, key: DisposableKey, *, now: datetime) -> None:
    """Ask everybody whose turn it is today, unless the channel is closed, and schedule the next working day's run."""
    if not team.is_closed:
        await _ask_everybody(session, team, found, key, now=now)
    await _schedule_next(session, team, found, now=now)


async def _ask_everybody(
    session: AsyncSession, team: Team, found: PulseRound, key: DisposableKey, *, now: datetime
) -> None:
    routine = working_hours.team_hours(team)
    reminds = rules.find_day(routine, found.opened_at, now) in rules.REMINDER_DAYS
    invited = {each.person_id: each for each in await queries.list_invited(session, found, key)}
    known = await people.fetch_people(session, team.workspace_id, invited)
    agents = {each.user_id for each in await membership.agents(session, team)}
    for id in sorted(invited):
        if id not in agents:
            await _withdraw(session, found, key, invited[id], now=now)
        elif not invited[id].is_sent or reminds:
            await _ask_person(session, team, found, key, invited[id], known[id], now=now)


async def _withdraw(
    session: AsyncSession, found: PulseRound, key: DisposableKey, invited: Invited, *, now: datetime
) -> None:
    """Stop asking somebody who is no longer an agent of the team. An answer given before still counts."""
    if not await queries.has_answered(session, found, key, invited.person_id):
        await outbox.delete(session, invited.card, to=Address(found.workspace_id, invited.person_id), now=now)
        await queries.withdraw(session, found, key, invited.person_id)


async def _ask_person(
    session: AsyncSession, team: Team, found: PulseRound, key: DisposableKey, invited: Invited, person: Person, *,
    now: datetime,
) -> None:  # fmt: skip
    """Post the question if the person's budget allows. A reminder replaces the earlier question."""
    if not await engine.spend_budget(session, Seat(person, team, Role.AGENT), now=now):
        return
    if await queries.has_answered(session, found, key, person.id):
        return
    if invited.is_sent:
        invited.is_reached = invited.is_reached or await outbox.is_posted(session, invited.card, to=person.dm)
        await outbox.delete(session, invited.card, to=person.dm, now=now)
        invited.card = new_card_name()
    invited.is_sent = True
    await queries.save_invited(session, found, key, invited)
    post = cards.question(found, team, invited.card, person)
    await outbox.put(
        session, post, to=person.dm, not_before=now, priority=Priority.NUDGE, hours_of=team,
        expires_at=found.closes_at, sealed_with=key,
    )  # fmt: skip


async def _schedule_next(session: AsyncSession, team: Team, found: PulseRound, *, now: datetime) -> None:
    """Schedule the next run, under a key of its own, because the running job cannot be scheduled again."""
    due_at = good_moments.next_morning(working_hours.team_hours(team), now)
    if due_at < found.closes_at:
        await scheduler.put(
            session, job=ASK, key=f"pulse:{found.id}:ask:{due_at.isoformat()}", team=team,
            about=About("pulse_round", found.id), due_at=due_at, now=now,
        )  # fmt: skip
