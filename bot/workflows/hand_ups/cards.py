"""Show the state of a hand-up on the agent's card, on the cards of leaders, and in the channel."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.escalation import leaders
from bot.escalation import queries as escalation_queries
from bot.escalation.models import Kind
from bot.escalation.models import State as AskState
from bot.features.hand_ups import queries, rules
from bot.features.hand_ups.models import HandUp, State
from bot.messages.hand_ups import cards, leader_cards
from bot.messages.hand_ups.cards import Progress, View
from bot.org import people
from bot.org.availability import good_moments, working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import outbox


async def show(session: AsyncSession, team: Team, hand_up: HandUp, *, aloud: bool = False, now: datetime) -> None:
    """Update every card of a hand-up; with `aloud`, repost the agent's card, because edits do not notify."""
    await session.flush()
    view = await load_view(session, team, hand_up, now)
    post = cards.card(view)
    if aloud:
        await outbox.delete(session, hand_up.card, to=view.agent.dm, now=now)
        await outbox.put(session, post, to=view.agent.dm, not_before=now)
    else:
        await outbox.show(session, post, to=view.agent.dm, now=now)
    await _show_leaders(session, team, hand_up, now)
    if hand_up.is_over and hand_up.posted_at:
        await outbox.change(session, cards.closed_channel_post(view), to=team.channel, now=now)


async def _show_leaders(session: AsyncSession, team: Team, hand_up: HandUp, now: datetime) -> None:
    """Update the cards of leaders who have agreed to come, and of those who did not answer in time.

    The latter have a button only while nobody else is coming.
    """
    leader_ids = {each.user_id for each in await membership.leaders(session, team)}
    for ask in await escalation_queries.find_asks(session, Kind.HAND_UP, hand_up, AskState.ACCEPTED):
        post = leader_cards.helper_card(hand_up, ask, leads=ask.person_id in leader_ids)
        await outbox.change(session, post, to=Address(ask.workspace_id, ask.person_id), now=now)
    if hand_up.helper_id or hand_up.helped_at or hand_up.is_over:
        for ask in await escalation_queries.find_asks(session, Kind.HAND_UP, hand_up, AskState.EXPIRED):
            to = Address(ask.workspace_id, ask.person_id)
            await outbox.change(session, leader_cards.closed(hand_up, ask), to=to, now=now)


async def load_view(session: AsyncSession, team: Team, hand_up: HandUp, now: datetime) -> View:
    """Load the facts that messages about a hand-up show."""
    ids = {each for each in (hand_up.agent_id, hand_up.helper_id, hand_up.later_id) if each}
    known = await people.fetch_people(session, hand_up.workspace_id, ids)
    agent = known[hand_up.agent_id]
    helper, later = (known.get(each or "") for each in (hand_up.helper_id, hand_up.later_id))
    view = View(hand_up, team, agent, now, helper, later)
    match hand_up.state:
        case State.ASKING:
            return View(hand_up, team, agent, now, helper, later, await _progress(session, team, hand_up, now))
        case State.UNANSWERED:
            return View(
                hand_up, team, agent, now,
                leader_at=await leaders.next_leader_at(session, team, now),
                next_ask_at=await next_ask_at(session, team, hand_up, agent, now),
                has_deputies=bool(await leaders.find_deputies_off_work(session, team, Kind.HAND_UP, hand_up, now)),
            )  # fmt: skip
        case _:
            return view


async def _progress(session: AsyncSession, team: Team, hand_up: HandUp, now: datetime) -> Progress | None:
    asked = await escalation_queries.find_asks(session, Kind.HAND_UP, hand_up)
    waiting = [each for each in asked if each.state == AskState.WAITING]
    if not waiting:
        return None
    until = waiting[-1].asked_at + rules.answer_timeout(hand_up)
    at_work = {*await leaders.find_at_work(session, team, now)} - {hand_up.agent_id}
    at_work -= await queries.find_helping(session, team, at_work)
    total = len({each.person_id for each in asked} | at_work)
    return Progress(len(asked), total, until, is_everybody=waiting[-1].with_others)


async def next_ask_at(
    session: AsyncSession, team: Team, hand_up: HandUp, agent: Person, now: datetime
) -> datetime | None:
    """Return when another leader can be asked, if that is before the agent's day ends."""
    at = await leaders.next_ask_at(session, team, Kind.HAND_UP, hand_up, now)
    return at if at and now < at < day_end(agent, team, hand_up) else None


def day_end(agent: Person, team: Team, hand_up: HandUp) -> datetime:
    """Return the end of the agent's working day on which the hand-up was raised."""
    routine = working_hours.person_hours(agent, team)
    end = good_moments.end_of_shift(routine, hand_up.raised_at)
    return end or hand_up.raised_at + rules.LONGEST_UNSCHEDULED
