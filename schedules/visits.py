"""Jobs of visits: cancel what cannot be, remind, ask how it went, ask the next host, post a month's themes."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.visits import queries, themes
from bot.features.visits.models import State, Visit
from bot.features.visits.rules import Participants
from bot.messages.visits import cards, lists
from bot.org import people as org_people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.visits import bookings, outcomes, updates
from bot.workflows.visits.updates import ASK_AGAIN, LET_GO

THEMES_EXPIRY = timedelta(days=7)
MONTHS_BACK = 6
"""So far back it is looked for themes that wait for the next month."""


async def cancel_orphaned(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.cancel_orphaned(session, team, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """As the day of it begins: to both."""
    party, visit = await _find_visit(session, due)
    if visit.state != State.PLANNED:
        return
    for reader in (party.sponsor, party.host):
        post = cards.reminder(party, visit, reader)
        await outbox.put(
            session, post, to=reader.dm, not_before=max(due.at, updates.day_of(reader, visit)), priority=Priority.NUDGE,
            hours_of=team, expires_at=visit.span[1], key=f"{post.card}:{visit.sequence}",
        )  # fmt: skip


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    party, visit = await _find_visit(session, due)
    if visit.state == State.PLANNED:
        await outcomes.ask_outcome(session, party, visit, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    party, visit = await _find_visit(session, due)
    if visit.state == State.PLANNED:
        card = cards.outcome(party, visit).card or ""
        await outbox.delete(session, card, to=party.sponsor.dm, now=due.at)
        await outcomes.ask_outcome(session, party, visit, LET_GO, due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it."""
    party, visit = await _find_visit(session, due)
    if visit.state == State.PLANNED:
        outcomes.mark_missed(party, visit, party.sponsor.id, now=due.at)
        await outcomes.show_outcome(session, party, visit, now=due.at)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host had another time in mind; it has passed, and nobody answered."""
    party, visit = await _find_visit(session, due)
    if visit.state == State.SUGGESTED:
        bookings.expire(visit, now=due.at)
        await updates.show_change(session, party, visit, now=due.at)


async def ask_another(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host has had two days: somebody else is asked."""
    party, visit = await _find_visit(session, due)
    if visit.state == State.ASKED and due.about == updates.question_about(visit):
        await bookings.ask_next_host(session, party, visit, has_answered=False, now=due.at)


async def post_themes(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """To those who can do something about them: what stood in the way last month."""
    bounds = [due.at - relativedelta(months=ago) for ago in range(MONTHS_BACK, -1, -1)]
    counted = await themes.count_monthly(session, team, bounds)
    people = await org_people.fetch_people(
        session, team.workspace_id, await membership.leaders_and_sponsor(session, team) if counted else []
    )
    for reader in (each for each in people.values() if each.may_join):
        await outbox.put(
            session, lists.themes(team, counted), to=reader.dm, not_before=due.at, priority=Priority.NUDGE,
            hours_of=team, expires_at=due.at + THEMES_EXPIRY, key=f"themes:{team.id}:{due.at:%Y-%m-%d}:{reader.id}",
        )  # fmt: skip


async def _find_visit(session: AsyncSession, due: Occurrence) -> tuple[Participants, Visit]:
    visit = await session.get_one(Visit, due.about_id)
    return await queries.find_visit(session, visit.workspace_id, visit.sponsor_id, visit.id)
