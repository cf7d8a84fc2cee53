"""What leaders do with the pulse: change its settings, read the comments, and answer all of them in one post."""

from collections.abc import Collection, Sequence
from datetime import datetime

from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.pulse import queries, rules
from bot.features.pulse.models import PulseComment, PulseRound
from bot.features.pulse.settings import Settings
from bot.messages import settings as settings_messages
from bot.messages.pulse import cards, forms
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.org.workspaces import Address
from bot.refusals import common
from bot.scheduler import recurrence
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import settings


async def show(session: AsyncSession, actor: Actor, channel_id: str, *, now: datetime) -> ModalView:
    """Build the settings form, or for people who may not change the settings a text about the pulse."""
    person = await people.fetch_person(session, *actor)
    team = await settings.team_meant(session, person, channel_id)
    found = await queries.find_latest(session, team)
    status = await _describe(session, team, found, person, now)
    try:
        await membership.must_manage(session, team, person)
    except Refusal:
        return forms.about(status)
    above = forms.above_settings(status, found)
    return settings_messages.form(team, Settings.of(team), above=above, close="Cancel")


async def _describe(session: AsyncSession, team: Team, found: PulseRound | None, reader: Person, now: datetime) -> str:
    when = Settings.of(team).when
    opens = recurrence.dates(when.rule, when.at, team.zone, now, 1) if when else []
    agents = await membership.count_agents(session, team)
    return forms.status(found, opens[0] if opens else None, agents, rules.FEWEST_AGENTS, reader)


async def read_comments(
    session: AsyncSession, actor: Actor, round_id: int
) -> tuple[PulseRound, Sequence[PulseComment]]:
    """Return a closed round and its comments. Raises `Refusal` unless the person leads the team."""
    found, _ = await _find_led(session, actor, round_id)
    return found, await _list_comments(session, found)


async def read_unanswered_comments(
    session: AsyncSession, actor: Actor, round_id: int
) -> tuple[PulseRound, Sequence[PulseComment]]:
    """Return what `read_comments` does. Raises `AnswerTooLate` if a leader has answered the comments already."""
    found, comments = await read_comments(session, actor, round_id)
    if found.is_replied:
        raise AnswerTooLate(common.PULSE_REPLIED)
    return found, comments


async def reply(
    session: AsyncSession, actor: Actor, round_id: int, words: str, quoted: Collection[str], *, now: datetime
) -> None:
    """Post a leader's answer to all comments in the team's channel, once for each round.

    Of the comments with the ids `quoted`, only those that may be quoted are. Raises as `read_unanswered_comments`
    does, and `Refusal` for an answer that has no words or too many, or if the channel is closed.
    """
    found, team = await _find_led(session, actor, round_id, lock=True)
    comments = await _list_comments(session, found)
    if found.is_replied:
        raise AnswerTooLate(common.PULSE_REPLIED)
    _check_reply(team, words)
    quotes = [each.words for each in comments if each.id in quoted and each.may_be_quoted]
    found.is_replied = True
    post = cards.reply(found, team, actor.person_id, words, quotes)
    await outbox.put(session, post, to=team.channel, not_before=now, key=f"pulse_reply:{found.id}")
    trend = rules.find_trend([each for each in await queries.list_rounds(session, team) if each.id <= found.id])
    for leader in await membership.leaders(session, team):
        shown = cards.leaders_results(found, trend, team, leader.user_id, len(comments))
        await outbox.change(session, shown, to=Address(team.workspace_id, leader.user_id), now=now)


async def _list_comments(session: AsyncSession, found: PulseRound) -> Sequence[PulseComment]:
    """Return a round's comments. Raises `AnswerTooLate` if there are none, as while a round runs."""
    if not (comments := await queries.list_comments(session, found)):
        raise AnswerTooLate(common.PULSE_NOTHING_TO_READ)
    return comments


def _check_reply(team: Team, words: str) -> None:
    if not words:
        raise Refusal(common.ONE_LINE, field=forms.WORDS)
    if len(words) > forms.LONGEST_REPLY:
        raise Refusal(common.too_long(forms.LONGEST_REPLY), field=forms.WORDS)
    if team.is_closed:
        raise Refusal(common.NOBODY_WOULD_HEAR, field=forms.WORDS)


async def _find_led(
    session: AsyncSession, actor: Actor, round_id: int, *, lock: bool = False
) -> tuple[PulseRound, Team]:
    found = await (queries.lock_round if lock else queries.find_round)(session, actor.workspace_id, round_id)
    team = await session.get_one(Team, found.team_id)
    member = await membership.member(session, team, actor.person_id)
    if member is None or member.role is not Role.LEADER:
        raise Refusal(common.FOR_LEADERS)
    return found, team
