"""Open a round of the pulse, and close it.

A round closes in one transaction: what the answers amount to is stored, and the answers and their key are deleted.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.disposable_keys import DisposableKey
from bot.features.pulse import queries, rules
from bot.features.pulse.models import Answer, Invited, PulseRound
from bot.features.pulse.settings import Settings
from bot.messages.pulse import cards
from bot.org.availability import working_hours
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post
from bot.workflows.pulse import questions

CLOSE, DISCARD = JobName("pulse.close_round"), JobName("pulse.discard_round")


async def open_round(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Open a round and ask the team's agents, unless they are too few or the last round still runs."""
    await membership.lock_team(session, team.id)
    before = await queries.find_latest(session, team)
    agents = [each.user_id for each in await membership.agents(session, team)]
    if team.is_closed or len(agents) < rules.FEWEST_AGENTS or (before and before.is_open):
        return
    closes_at = rules.find_closing_time(working_hours.team_hours(team), now)
    found, key = await queries.open_round(
        session, team, Settings.of(team).statements, agents, now=now, closes_at=closes_at
    )
    await queries.invite(
        session, found, key, [Invited(person_id=each, card=questions.new_card_name()) for each in agents]
    )
    await _schedule_end(session, team, found, now=now)
    await questions.ask(session, team, found, key, now=now)


async def _schedule_end(session: AsyncSession, team: Team, found: PulseRound, *, now: datetime) -> None:
    """Schedule the close, and a later job that discards the answers if the close could not run in time."""
    for job, due_at, late in (
        (CLOSE, found.closes_at, rules.MOST_LATE),
        (DISCARD, found.closes_at + rules.MOST_LATE, None),
    ):
        await scheduler.put(
            session, job=job, key=f"pulse:{found.id}:{job}", team=team, about=About("pulse_round", found.id),
            due_at=due_at, late=late, now=now,
        )  # fmt: skip


async def discard_round(session: AsyncSession, team: Team, round_id: int, *, now: datetime) -> None:
    """Close a round that should have closed long ago, and delete the answers without reading them.

    The cause is an outage, or a restored backup: then the results may be published already, and answers are missing.
    """
    await close_round(session, team, round_id, now=now, late=True)


async def close_round(session: AsyncSession, team: Team, round_id: int, *, now: datetime, late: bool = False) -> None:
    """Close a round and publish its results. If it is `late`, delete the answers without reading them."""
    found = await queries.lock_round(session, team.workspace_id, round_id)
    if not found.is_open:
        return
    key = await queries.load_key(session, found)
    invited = await queries.list_invited(session, found, key)
    answers = [] if late else await queries.read_answers(session, found, key)
    found.asked = await _count_asked(session, team, found, key, invited)
    comments = await _save_results(session, found, answers, now=now)
    await queries.shred(session, found, key, now=now)
    for each in invited:
        await outbox.delete(session, each.card, to=Address(team.workspace_id, each.person_id), now=now)
    await outbox.forget_sealed(session, key)
    if late:
        await _post_in_channel(session, team, cards.discarded(found), now=now)
    else:
        await _publish(session, team, found, comments, now=now)


async def _count_asked(
    session: AsyncSession, team: Team, found: PulseRound, key: DisposableKey, invited: Sequence[Invited]
) -> int:
    """Count the people whom the question reached, without those who left the team and had not answered."""
    answered = await queries.find_answered(session, found, key, [each.person_id for each in invited])
    posted = await outbox.find_posted(session, found.workspace_id, [each.card for each in invited])
    agents = {each.user_id for each in await membership.agents(session, team)}
    return sum(
        each.person_id in answered or (each.person_id in agents and (each.is_reached or each.card in posted))
        for each in invited
    )


async def _save_results(session: AsyncSession, found: PulseRound, answers: Sequence[Answer], *, now: datetime) -> int:
    """Store the level of each statement, and the comments if enough people wrote one. Return their number."""
    scores = [[each.score for each in answers if each.statement == nth] for nth in range(len(found.statements))]
    levels = [level for each in scores if (level := rules.find_level(each))]
    found.answered = len(scores[0])
    found.levels = [*levels] if len(levels) == len(scores) else []
    written = [each for each in answers if each.comment]
    if not found.levels or len(written) < rules.FEWEST_COMMENTS:
        return 0
    await queries.add_comments(session, found, written, now=now)
    return len(written)


async def _publish(session: AsyncSession, team: Team, found: PulseRound, comments: int, *, now: datetime) -> None:
    """Post the results in the channel, and send them to the leaders, in the same minute."""
    trend = rules.find_trend(await queries.list_rounds(session, team))
    await _post_in_channel(session, team, cards.results(found, trend, team), now=now)
    for leader in await membership.leaders(session, team):
        post = cards.leaders_results(found, trend, team, leader.user_id, comments)
        to = Address(team.workspace_id, leader.user_id)
        await outbox.put(session, post, to=to, not_before=now, priority=Priority.RITUAL, hours_of=team, key=post.card)


async def _post_in_channel(session: AsyncSession, team: Team, post: Post, *, now: datetime) -> None:
    if not team.is_closed:
        await outbox.put(
            session, post, to=team.channel, not_before=now, priority=Priority.RITUAL, hours_of=team, key=post.card
        )
