"""Decisions about an idea: start work on it, close it with an answer, hand it on, or reopen it on a later day."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import Refusal
from bot.followups import queries
from bot.followups.models import Audience, Followup, Reason, State
from bot.followups.rules import Step, own
from bot.messages import mentions
from bot.messages.followups.cards import View
from bot.messages.followups.forms import WHO, WHY
from bot.messages.ideas import cards
from bot.messages.ideas.forms import AGAIN, ENDS, QUESTION
from bot.org import people
from bot.org.availability import working_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows.followups import steps

ASK_AGAIN = JobName("ideas.ask_again")
ASK_AGAIN_AT = time(9)


async def start(
    session: AsyncSession, actor: Actor, idea_id: int, *, ends_on: date | None, question: str, now: datetime
) -> None:
    """Start work on an idea, as an experiment if it has a last day and a question."""

    def store(this: Followup, by: Person) -> None:
        if ends_on and ends_on < by.local(now).date():
            raise Refusal(refusals.PAST_DAY, field=ENDS)
        this.started_at, this.experiment_ends_on, this.question = now, ends_on, Private(question)

    if question and ends_on is None:
        raise Refusal(refusals.NO_LAST_DAY, field=ENDS)
    if ends_on and not question:
        raise Refusal(refusals.NO_QUESTION, field=QUESTION)
    await steps.take_step(session, actor, idea_id, Step.START, change=store, now=now)


async def close(
    session: AsyncSession, actor: Actor, idea_id: int, *, reason: Reason, why: str, ask_again_on: date | None,
    now: datetime,
) -> None:  # fmt: skip
    """Close an idea with a reason; one closed as *not now* is reopened on the given day."""

    def store(this: Followup, by: Person) -> None:
        if ask_again_on and ask_again_on <= by.local(now).date():
            raise Refusal(refusals.NOT_LATER, field=AGAIN)
        this.reason, this.outcome, this.ask_again_on = reason, Private(why), ask_again_on

    if not why:
        raise Refusal(refusals.NO_REASON, field=WHY)
    if reason == Reason.NOT_NOW and ask_again_on is None:
        raise Refusal(refusals.NO_DAY_AGAIN, field=AGAIN)
    if reason != Reason.NOT_NOW:
        ask_again_on = None
    view = await steps.take_step(session, actor, idea_id, Step.CLOSE, text=why, change=store, now=now)
    if ask_again_on:
        await _schedule(session, view, ask_again_on, now)
    if view.followup.experiment_ends_on and reason in (Reason.DONE, Reason.DECLINED):
        await _celebrate_lesson(session, view, now)


async def _schedule(session: AsyncSession, view: View, day: date, now: datetime) -> None:
    team = view.team
    routine = working_hours.team_hours(team)
    if not working_hours.is_working_day(routine, day):
        day = working_hours.add_working_days(routine, day, 1)
    due_at = datetime.combine(day, ASK_AGAIN_AT, ZoneInfo(team.zone))
    await scheduler.put_about(session, ASK_AGAIN, team, About("idea", view.followup.id), due_at=due_at, now=now)


async def _celebrate_lesson(session: AsyncSession, view: View, now: datetime) -> None:
    if view.followup.audience == Audience.TEAM and not view.team.is_closed:
        post = cards.lesson_post(view)
        await outbox.put(session, post, to=view.team.channel, not_before=now, hours_of=view.team)


async def reopen_deferred(session: AsyncSession, team: Team, idea_id: int, *, now: datetime) -> None:
    """Reopen an idea that was closed as *not now* once its day has come, unless it has changed since."""
    this = await session.get(Followup, idea_id)
    if this is None:
        return
    _, this = await queries.lock_followup(session, team.workspace_id, idea_id)
    day = this.ask_again_on
    if this.reason != Reason.NOT_NOW or this.state != State.CLOSED or day is None or day > _today(team, now):
        return
    await queries.take_step(session, this, Step.REOPEN, None, (), now=now)
    await steps.publish(session, team, this, Step.REOPEN, by=None, now=now)


def _today(team: Team, now: datetime) -> date:
    return now.astimezone(ZoneInfo(team.zone)).date()


async def find_leaders(session: AsyncSession, team: Team, *, excluding: str) -> dict[str, str]:
    """Return the names of a team's leaders, except `excluding`, by id. Raises `Refusal` if there are none."""
    ids = [each.user_id for each in await membership.leaders(session, team) if each.user_id != excluding]
    known = await people.fetch_people(session, team.workspace_id, ids)
    if not known:
        raise Refusal(refusals.NO_OTHER_LEADER)
    return mentions.distinct_names(known.values())


async def hand_on(session: AsyncSession, actor: Actor, idea_id: int, to: str, *, now: datetime) -> None:
    """Hand an idea on to another leader of the team."""

    def store(this: Followup, by: Person) -> None:
        own(this, to, leader.local(now).date())

    team, _ = await queries.lock_followup(session, actor.workspace_id, idea_id)
    if to not in await find_leaders(session, team, excluding=actor.person_id):
        raise Refusal(refusals.NOT_A_LEADER, field=WHO)
    leader = await people.fetch_person(session, actor.workspace_id, to)
    await steps.take_step(session, actor, idea_id, Step.HAND_ON, change=store, now=now)
