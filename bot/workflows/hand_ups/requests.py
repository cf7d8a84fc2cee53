"""Raise a hand, add to an open hand-up, pause it, record the helper's arrival, and end it."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import AnswerTooLate, Refusal
from bot.escalation import leaders
from bot.escalation.models import Kind as AskKind
from bot.features import roadblocks as roadblocks_feature
from bot.features.balance import queries as balance
from bot.features.balance.models import Part
from bot.features.hand_ups import queries, rules
from bot.features.hand_ups.models import Ending, HandUp, State
from bot.features.visits.themes import THEMES
from bot.followups.models import Kind
from bot.messages.hand_ups import cards as messages
from bot.messages.hand_ups import leader_cards
from bot.messages.hand_ups.forms import LONGEST_LINE, LONGEST_WORDS
from bot.messages.hand_ups.names import TEXT
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.refusals import hand_ups as refusals
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import PERSON
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import daily_limits, escalation, roadblocks
from bot.workflows.hand_ups import asks, cards
from bot.workflows.ideas import submissions
from bot.workflows.roadblocks import Details

DAILY_LIMIT = 10
LIMIT = "hand_ups"
EMOJI = re.compile(r":[^\s:]+:")


async def find_agents_teams(session: AsyncSession, actor: Actor, channel_id: str | None = None) -> Sequence[Team]:
    """Return the teams in which an agent may raise a hand. Raises `Refusal` for leaders."""
    choice = await teams_queries.team_meant(session, *actor, channel_id=channel_id)
    roles = await membership.roles_of(session, *actor)
    agents = [team for team in choice if roles.get(team.id) is Role.AGENT]
    if not agents:
        raise Refusal(refusals.FOR_AGENTS)
    return agents


async def raise_hand(
    session: AsyncSession, actor: Actor, team: Team, words: str, *, is_waiting: bool = False, ticket: str = "",
    now: datetime,
) -> bool:  # fmt: skip
    """Ask the leaders at work to come to an agent, or add to the agent's open hand-up; return whether it is new.

    Raises `Refusal` for a text without words, one that is too long, and for more than `DAILY_LIMIT` a day.
    """
    check_words(words)
    await membership.lock_team(session, team.id)  # hand-ups of the same moment see whom the others ask
    await people.lock_people(session, actor.workspace_id, [actor.person_id])
    if earlier := await queries.find_open(session, *actor):
        await add_line(session, actor, earlier.id, words, is_waiting=is_waiting, ticket=ticket, now=now)
        return False
    await daily_limits.count_use(session, *actor, LIMIT, DAILY_LIMIT, now, typed=words)
    hand_up = await queries.add(session, team, actor.person_id, words, is_waiting=is_waiting, ticket=ticket, now=now)
    agent = await people.fetch_person(session, *actor)
    end = cards.day_end(agent, team, hand_up)
    await asks.schedule_job(session, asks.END_DAY, team, hand_up, due_at=end, now=now)
    await asks.ask_next_leader(session, team, hand_up, now=now)
    return True


def check_words(words: str) -> None:
    """Raise `Refusal` for a text without any word, or one that is too long."""
    if not any(mark.isalnum() for mark in EMOJI.sub("", PERSON.sub("", words))):
        raise Refusal(refusals.NO_WORDS, field=TEXT)
    if len(words) > LONGEST_LINE:
        raise Refusal(common.too_long(LONGEST_LINE), field=TEXT)


async def _lock_own(session: AsyncSession, actor: Actor, hand_up_id: int) -> tuple[Team, HandUp]:
    """Lock and return an agent's own open hand-up, and its team."""
    await queries.lock_hand_up(session, actor.workspace_id, hand_up_id)
    return await find_own(session, actor, hand_up_id)


async def add_line(
    session: AsyncSession, actor: Actor, hand_up_id: int, words: str, *, is_waiting: bool = False, ticket: str = "",
    now: datetime,
) -> None:  # fmt: skip
    """Add a line to an open hand-up, and show it to the leader who is being asked or is coming."""
    check_words(words)
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    if len(hand_up.words) + len(words) + 1 > LONGEST_WORDS:
        raise Refusal(refusals.FULL, field=TEXT)
    hand_up.words = Private(f"{hand_up.words}\n{words}")
    hand_up.ticket = Private(ticket) if ticket else hand_up.ticket
    if is_waiting:
        rules.mark_waiting(hand_up, now)
    await _show_changed(session, team, hand_up, now)


async def mark_waiting(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """Record that a customer is waiting: each leader has two minutes, and *In 10 min* no longer stops the asking."""
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    rules.mark_waiting(hand_up, now)
    await _show_changed(session, team, hand_up, now)


async def _show_changed(session: AsyncSession, team: Team, hand_up: HandUp, now: datetime) -> None:
    await session.flush()
    await escalation.resize(session, team, AskKind.HAND_UP, hand_up, None, now=now)
    await escalation.recheck(session, team, AskKind.HAND_UP, hand_up, now=now)
    if hand_up.later_id:
        await asks.ask_next_leader(session, team, hand_up, now=now)
    await cards.show(session, team, hand_up, now=now)


async def pause_asking(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """Pause asking leaders for some minutes."""
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    rules.pause_asking(hand_up, now)
    await session.flush()
    await escalation.withdraw(session, AskKind.HAND_UP, hand_up, now=now)
    await asks.schedule_job(session, asks.ASK_NEXT, team, hand_up, due_at=hand_up.held_until or now, now=now)
    await cards.show(session, team, hand_up, now=now)


async def resume_asking(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """Resume asking leaders before the pause is over."""
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    if hand_up.state == State.HELD:
        rules.resume_asking(hand_up)
        await asks.ask_next_leader(session, team, hand_up, now=now)


async def ask_again(session: AsyncSession, team: Team, hand_up_id: int, *, now: datetime) -> None:
    """Ask the next leader, because the pause is over or another leader can be asked now."""
    _, hand_up = await queries.lock_hand_up(session, team.workspace_id, hand_up_id)
    if hand_up.state == State.HELD and hand_up.held_until and hand_up.held_until <= now:
        rules.resume_asking(hand_up)
    await asks.ask_next_leader(session, team, hand_up, now=now)


async def ask_deputies(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """Also ask deputies who are not at work. Raises `Refusal` if none of them can be reached."""
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    if not await leaders.find_deputies_off_work(session, team, AskKind.HAND_UP, hand_up, now):
        raise Refusal(refusals.NO_DEPUTIES)
    hand_up.asks_deputies = True
    await asks.ask_next_leader(session, team, hand_up, now=now)


async def post_in_channel(session: AsyncSession, actor: Actor, hand_up_id: int, words: str, *, now: datetime) -> None:
    """Post an agent's words in the team's channel, once."""
    check_words(words)
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    if team.is_closed:
        raise Refusal(refusals.CLOSED_CHANNEL, field=TEXT)
    if hand_up.posted_at:
        raise Refusal(refusals.POSTED_ALREADY, field=TEXT)
    hand_up.posted_at = now
    view = await cards.load_view(session, team, hand_up, now)
    post = messages.channel_post(view, words)
    await outbox.put(session, post, to=team.channel, not_before=now, priority=Priority.URGENT)
    await cards.show(session, team, hand_up, now=now)


async def find_own(session: AsyncSession, actor: Actor, hand_up_id: int) -> tuple[Team, HandUp]:
    """Return an agent's own open hand-up, and its team, without a lock. Raises `Refusal` for somebody else's."""
    team, hand_up = await find_raised(session, actor, hand_up_id)
    rules.check_open(hand_up)
    return team, hand_up


async def record_arrival(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """Record that the helper is with the agent, because the helper or the agent says so.

    Raises `Refusal` for others, and `AnswerTooLate` with the helper's name if somebody else is there.
    """
    team, hand_up = await queries.lock_hand_up(session, actor.workspace_id, hand_up_id)
    rules.check_open(hand_up)
    if actor.person_id == hand_up.agent_id:
        if hand_up.helper_id is None:
            raise AnswerTooLate(refusals.ENDED)
        helper_id = hand_up.helper_id
    else:
        await queries.must_lead(session, team, actor.person_id)
        await _check_untaken(session, hand_up, actor)
        helper_id = actor.person_id
    rules.record_arrival(hand_up, helper_id, now)
    await session.flush()
    await escalation.withdraw(session, AskKind.HAND_UP, hand_up, now=now)
    home.mark_changed(session, hand_up.workspace_id, [helper_id], now=now)
    await cards.show(session, team, hand_up, now=now)


async def _check_untaken(session: AsyncSession, hand_up: HandUp, actor: Actor) -> None:
    if rules.is_helped(hand_up) and hand_up.helper_id != actor.person_id:
        helper = await people.fetch_person(session, hand_up.workspace_id, hand_up.helper_id or "")
        raise AnswerTooLate(refusals.already_helped(helper.shown))


async def ask_whether_helper_arrived(session: AsyncSession, team: Team, hand_up_id: int, *, now: datetime) -> None:
    """Ask the agent whether the helper has arrived, unless one of them has already said so."""
    _, hand_up = await queries.lock_hand_up(session, team.workspace_id, hand_up_id)
    if hand_up.state == State.COMING and hand_up.comes_by and hand_up.comes_by <= now:
        await cards.show(session, team, hand_up, aloud=True, now=now)


async def ask_another(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """Ask the next leader, because the helper has not come yet."""
    team, hand_up = await _lock_own(session, actor, hand_up_id)
    if hand_up.state == State.COMING:
        rules.resume_asking(hand_up)
        await asks.ask_next_leader(session, team, hand_up, now=now)


async def mark_sorted(session: AsyncSession, actor: Actor, hand_up_id: int, *, now: datetime) -> None:
    """End a hand-up as its agent, or as the leader who helps. Raises `Refusal` for anybody else."""
    team, hand_up = await queries.lock_hand_up(session, actor.workspace_id, hand_up_id)
    rules.check_open(hand_up)
    if actor.person_id == hand_up.agent_id:
        await end(session, team, hand_up, Ending.BY_AGENT, now=now)
    elif actor.person_id == hand_up.helper_id:
        if hand_up.state == State.COMING:
            rules.record_arrival(hand_up, actor.person_id, now)
        await end(session, team, hand_up, Ending.BY_LEADER, now=now)
    else:
        raise Refusal(refusals.NOT_YOURS)


async def end_with_working_day(session: AsyncSession, team: Team, hand_up_id: int, *, now: datetime) -> None:
    """End a hand-up because the agent's working day has ended."""
    _, hand_up = await queries.lock_hand_up(session, team.workspace_id, hand_up_id)
    if not hand_up.is_over:
        await end(session, team, hand_up, Ending.DAY_OVER, now=now)


async def end_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """End the hand-ups of agents who have left the team."""
    for each in await queries.list_open(session, team):
        if await membership.member(session, team, each.agent_id) is None:
            _, hand_up = await queries.lock_hand_up(session, team.workspace_id, each.id)
            if not hand_up.is_over:
                await end(session, team, hand_up, Ending.LEFT, now=now)


async def end(session: AsyncSession, team: Team, hand_up: HandUp, how: Ending, *, now: datetime) -> None:
    """End a hand-up: withdraw the asks, count the helper's time, and show the end on every card."""
    rules.end(hand_up, how, now)
    await session.flush()
    await escalation.withdraw(session, AskKind.HAND_UP, hand_up, now=now)
    if hand_up.helper_id and hand_up.here_at:
        await balance.add_measured_time(
            session, team, hand_up.helper_id, part=Part.FRONTLINE, minutes=leader_cards.helped_minutes(hand_up),
            started_at=hand_up.here_at, source=hand_up.source, now=now,
        )  # fmt: skip
        home.mark_changed(session, hand_up.workspace_id, [hand_up.helper_id], now=now)
    await cards.show(session, team, hand_up, aloud=how is not Ending.BY_AGENT, now=now)
    if hand_up.helper_id:
        await _retry_unanswered(session, team, now)


async def _retry_unanswered(session: AsyncSession, team: Team, now: datetime) -> None:
    """Ask leaders again for agents to whom nobody could come, because a leader is free now."""
    for each in await queries.list_open(session, team):
        if each.state == State.UNANSWERED:
            await asks.schedule_job(session, asks.ASK_NEXT, team, each, due_at=now, now=now)


async def find_raised(session: AsyncSession, actor: Actor, hand_up_id: int) -> tuple[Team, HandUp]:
    """Return an agent's own hand-up, and its team, without a lock. Raises `Refusal` for somebody else's."""
    team, hand_up = await queries.fetch_hand_up(session, actor.workspace_id, hand_up_id)
    if hand_up.agent_id != actor.person_id:
        raise Refusal(refusals.NOT_YOURS)
    return team, hand_up


async def save_prevention(
    session: AsyncSession, actor: Actor, hand_up_id: int, kind: Kind, words: str, theme: str, *, now: datetime
) -> None:
    """Save what would have prevented a hand-up, as the agent's roadblock or idea.

    The hand-up is locked last, because raising a roadblock or an idea locks the team and the person.
    """
    team, hand_up = await find_raised(session, actor, hand_up_id)
    if not words:
        raise Refusal(refusals.NO_ANSWER, field=TEXT)
    theme = theme if theme in THEMES else ""
    if kind is Kind.IDEA:
        await submissions.raise_idea(session, actor, team, text=words, theme=theme, source=hand_up.source, now=now)
    else:
        person = await people.fetch_person(session, *actor)
        details = Details(roadblocks_feature.RoadblockPreferences.of(person).shown, theme, source=hand_up.source)
        await roadblocks.raise_roadblock(session, actor, team, words, details, now=now)
    await queries.lock_hand_up(session, actor.workspace_id, hand_up_id)
    hand_up.theme = theme
    await cards.show(session, team, hand_up, now=now)
