"""What a heads-up's times bring: the card is posted again, spikes show it, it ends, and its leader looks back."""

from datetime import datetime

from slackblocks import ModalView
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.heads_ups import queries, rules
from bot.features.heads_ups.models import HeadsUp
from bot.features.spikes import history
from bot.messages.heads_ups import cards as messages
from bot.messages.heads_ups import forms
from bot.messages.heads_ups.cards import Review
from bot.org.availability import working_hours
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.refusals import common
from bot.refusals import heads_ups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.heads_ups import cards
from bot.workflows.spikes import cards as spikes_cards


async def post_again(session: AsyncSession, team: Team, heads_up_id: int, *, now: datetime) -> None:
    """Post the card again on the morning of the first day."""
    found = await queries.lock_heads_up(session, team.workspace_id, heads_up_id)
    if not found.is_over(now) and not team.is_closed:
        await cards.post_card_again(session, found, team, now=now)


async def start(session: AsyncSession, team: Team, heads_up_id: int, *, now: datetime) -> None:
    """Show on the cards of open spikes that a heads-up holds now."""
    await queries.lock_heads_up(session, team.workspace_id, heads_up_id)
    await spikes_cards.update_open_cards(session, team, now=now)


async def close(session: AsyncSession, team: Team, heads_up_id: int, *, now: datetime) -> None:
    """Shrink the card to one line, and stop showing the heads-up on the cards of open spikes."""
    found = await queries.lock_heads_up(session, team.workspace_id, heads_up_id)
    if found.is_over(now):
        await cards.update_card(session, found, team, now=now)
        await cards.end_reminders(session, found, now=now)
        await spikes_cards.update_open_cards(session, team, now=now)


async def ask_review(session: AsyncSession, team: Team, heads_up_id: int, *, now: datetime) -> None:
    """Send the look back, once, to the leader who announced a heads-up; if that one no longer leads, to all leaders."""
    found = await queries.lock_heads_up(session, team.workspace_id, heads_up_id)
    if found.cancelled_at or found.reviewed_at:
        return
    leaders = [each.user_id for each in await membership.leaders(session, team)]
    facts = await _sum_up(session, found, team)
    for person_id in [found.leader_id] if found.leader_id in leaders else leaders:
        post = messages.review(found, team, facts, person_id)
        to = Address(team.workspace_id, person_id)
        await outbox.put(session, post, to=to, not_before=now, priority=Priority.NUDGE, hours_of=team, key=post.card)


async def _sum_up(session: AsyncSession, found: HeadsUp, team: Team) -> Review:
    spikes = [
        each
        for each in await history.list_between(session, team, found.starts_at, found.ends_at)
        if found.covers(each.queue)
    ]
    hours = rules.list_hours(working_hours.team_hours(team), found.starts_at, found.ends_at)
    rota = await queries.load_rota(session, found)
    minutes = [history.find_minutes(each) for each in spikes]
    longest = 0 if None in minutes else max((each or 0 for each in minutes), default=0)
    return Review(len(spikes), longest, sum(hour in rota for hour in hours), len(hours))


async def build_review_form(session: AsyncSession, actor: Actor, heads_up_id: int) -> ModalView:
    found = await queries.find_heads_up(session, actor.workspace_id, heads_up_id)
    await _check_may_review(session, found, actor)
    return forms.review_form(found)


async def save_review(session: AsyncSession, actor: Actor, heads_up_id: int, words: str, *, now: datetime) -> None:
    """Post a leader's answer in the thread of the card, once.

    Raises `Refusal` for anybody else, an answer that has no words or too many, and if the channel is closed.
    """
    found = await queries.lock_heads_up(session, actor.workspace_id, heads_up_id)
    team = await session.get_one(Team, found.team_id)
    await _check_may_review(session, found, actor)
    await cards.check_leads(session, team, actor.person_id)
    _check_words(team, words)
    found.reviewed_at = now
    await outbox.reply(
        session, messages.lesson(actor.person_id, words), under=messages.card_name(found), to=team.channel, now=now
    )
    facts = await _sum_up(session, found, team)
    for each in await membership.leaders(session, team):
        post = messages.review(found, team, facts, each.user_id, actor.person_id)
        await outbox.change(session, post, to=Address(team.workspace_id, each.user_id), now=now)


async def _check_may_review(session: AsyncSession, found: HeadsUp, actor: Actor) -> None:
    """Raise `Refusal` unless the person announced the heads-up or was asked, and `AnswerTooLate` after the answer."""
    asked = messages.review_card_name(found, actor.person_id)
    if found.leader_id != actor.person_id and not await outbox.is_posted(session, asked, to=Address(*actor)):
        raise Refusal(refusals.REVIEW_NOT_YOURS)
    if found.reviewed_at:
        raise AnswerTooLate(refusals.REVIEW_ANSWERED)


def _check_words(team: Team, words: str) -> None:
    if not words:
        raise Refusal(common.ONE_LINE, field=rules.WORDS)
    if len(words) > rules.LONGEST_WORDS:
        raise Refusal(common.too_long(rules.LONGEST_WORDS), field=rules.WORDS)
    if team.is_closed:
        raise Refusal(common.NOBODY_WOULD_HEAR, field=rules.WORDS)
