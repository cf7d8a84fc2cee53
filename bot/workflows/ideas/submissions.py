"""Submission of ideas, and changes by the author in the next ten minutes: hide the name, undo, join a similar idea."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features.ideas import votes as idea_votes
from bot.followups import queries
from bot.followups.models import UNSETTLED, Audience, Event, Followup, Kind, Quoting, Reason, State
from bot.followups.rules import Step
from bot.messages.ideas import cards
from bot.messages.ideas.forms import LONGEST_IDEA
from bot.org import people
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.post import Post
from bot.workflows.followups import limits, steps
from bot.workflows.ideas import votes

UNDO_PERIOD = timedelta(minutes=10)


async def raise_idea(
    session: AsyncSession, actor: Actor, team: Team, *, text: str, is_named: bool = True, theme: str = "",
    source: str = "", quoting: Quoting = Quoting.NO, now: datetime,
) -> Post:  # fmt: skip
    """Record an idea, post its card in the team's channel, and return the answer to its author.

    Raises `Refusal` for a text that is empty or too long, and beyond the daily limit.
    """
    limits.check_text(Kind.IDEA, text, LONGEST_IDEA)
    limits.check_quoting(quoting, is_named=is_named)
    await limits.count_raised(session, actor, text, now=now)
    by = await people.fetch_person(session, *actor)
    this = await queries.add(
        session, team, Kind.IDEA, by.id, text, state=State.OPEN, audience=Audience.TEAM, is_named=is_named,
        source=source, now=now,
    )  # fmt: skip
    this.theme, this.quoting = theme, quoting
    view = await steps.publish_new(session, team, this, by=by, now=now)
    other = await queries.find_resembling(session, team, Kind.IDEA, text, excluding=this.id, now=now)
    return cards.raised_answer(view, other)


async def hide_name(session: AsyncSession, actor: Actor, idea_id: int, *, now: datetime) -> Post:
    """Remove the author's name from an idea, wherever it is shown; return the answer to the author."""
    team, this = await queries.lock_followup(session, actor.workspace_id, idea_id)
    _check_own(this, actor, now)
    this.is_named = False
    theirs = (Event.followup_id == this.id, Event.by_id == this.author_id)
    if this.owner_id != this.author_id:
        await session.execute(update(Event).where(*theirs).values(by_id=None))
    by = await people.fetch_person(session, *actor)
    return cards.raised_answer(await steps.publish(session, team, this, Step.KEEP, by=by, now=now))


async def undo(session: AsyncSession, actor: Actor, idea_id: int, *, now: datetime) -> None:
    """Withdraw an idea as its author."""
    _, this = await queries.lock_followup(session, actor.workspace_id, idea_id)
    _check_own(this, actor, now)
    await steps.take_step(session, actor, this.id, Step.WITHDRAW, now=now)


async def vote_for_similar(session: AsyncSession, actor: Actor, idea_id: int, other_id: int, *, now: datetime) -> Post:
    """Withdraw an idea, and vote for the similar one instead."""
    locked = await idea_votes.lock_ideas(session, [idea_id, other_id])
    this, other = locked.get(idea_id), locked.get(other_id)
    if this is None or other is None or this.workspace_id != actor.workspace_id or other.team_id != this.team_id:
        raise AnswerTooLate(refusals.GONE)
    _check_own(this, actor, now)
    if other.audience != Audience.TEAM or not (other.state in UNSETTLED or other.reason == Reason.NOT_NOW):
        raise AnswerTooLate(refusals.SETTLED[Kind.IDEA])
    await steps.take_step(session, actor, this.id, Step.WITHDRAW, now=now)
    await idea_votes.save_button_vote(session, other, actor.person_id)
    team = await session.get_one(Team, other.team_id)
    await votes.recount(session, team, [other], now=now)
    return cards.joined_answer(await steps.load_view(session, team, other))


def _check_own(this: Followup, actor: Actor, now: datetime) -> None:
    if this.kind != Kind.IDEA or this.author_id != actor.person_id:
        raise AnswerTooLate(refusals.GONE)
    if this.is_closed:
        raise AnswerTooLate(refusals.SETTLED[Kind.IDEA])
    if now > this.raised_at + UNDO_PERIOD:
        raise Refusal(refusals.TOO_LATE)
