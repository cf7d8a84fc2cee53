"""Promises: made by a leader, a deputy or a sponsor, to a person or to the team."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from slackblocks import Block
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Private
from bot.errors import Refusal
from bot.features import promises as promises_feature
from bot.followups import queries
from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.followups.rules import Role, Step, own
from bot.messages import promises as messages
from bot.messages.followups import lists
from bot.messages.followups.cards import View
from bot.messages.followups.forms import DAY, WHO
from bot.messages.followups.lists import Listed
from bot.messages.promises import LONGEST_PROMISE
from bot.nudges import answers, engine
from bot.nudges.models import NudgeState
from bot.nudges.selection import NudgePreferences
from bot.org import people
from bot.org.availability import dates, good_moments, working_hours
from bot.org.availability.working_hours import add_working_days
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role as TeamRole
from bot.org.teams.models import Team
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.mrkdwn import shortened
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.followups import steps
from bot.workflows.followups.limits import check_text, count_raised
from bot.workflows.followups.steps import PROMISE_DAYS, due_day
from bot.workflows.nudges import KINDS, schedule_next_check

DUE_SOON = timedelta(days=7)
"""Up to how far ahead the other promises are due that the answer to a new one lists."""


async def find_promise_teams(
    session: AsyncSession, actor: Actor, *, channel_id: str | None = None, to: Sequence[str] = ()
) -> Sequence[Team]:
    """Return the team in which a person makes a promise; several if a form must ask. Raises `Refusal` for agents."""
    choice = await teams_queries.team_meant(session, *actor, channel_id=channel_id, others=to)
    may = [team for team in choice if await _may_promise(session, team, actor.person_id)]
    if not may:
        raise Refusal(refusals.FOR_PROMISES)
    return may


async def _may_promise(session: AsyncSession, team: Team, person_id: str) -> bool:
    member = await membership.member(session, team, person_id)
    return team.sponsor_id == person_id or (member is not None and member.role is TeamRole.LEADER)


async def make_promise(
    session: AsyncSession, actor: Actor, team: Team, *, text: str, to: str | None, due_on: date | None,
    source: str = "", now: datetime,
) -> tuple[View, date | None]:  # fmt: skip
    """Record a promise, and tell the person or the team that it is made to.

    Returns the promise, and the requested day if that is a day off. Raises `Refusal` for an agent, an empty or too long
    text, a recipient who cannot be told, a day that has passed or is more than a year ahead, and beyond the daily
    limit.
    """
    await find_promise_teams(session, actor, channel_id=team.channel_id)
    by = await people.fetch_person(session, *actor)
    check_text(Kind.PROMISE, text, LONGEST_PROMISE)
    await _check_recipient(session, by, to)
    day = _check_day(team, by, due_on, now)
    await count_raised(session, actor, text, now=now)
    audience = Audience.PAIR if to else Audience.TEAM
    this = await queries.add(
        session, team, Kind.PROMISE, by.id, text, state=State.OWNED, audience=audience, is_named=True, source=source,
        now=now,
    )  # fmt: skip
    this.recipient_id, this.due_on = to, day
    own(this, by.id, by.local(now).date())
    view = await steps.publish_new(session, team, this, by=by, now=now)
    return view, due_on if due_on and due_on != day else None


async def _check_recipient(session: AsyncSession, by: Person, to: str | None) -> None:
    if to is None:
        return
    if to == by.id:
        raise Refusal(refusals.TO_ONESELF, field=WHO)
    found = (await people.fetch_people(session, by.workspace_id, [to])).get(to)
    if found is None or found.is_stranger or found.is_guest or found.has_left:
        raise Refusal(refusals.TO_STRANGER, field=WHO)
    if found.is_bot:
        raise Refusal(refusals.TO_BOT, field=WHO)


def _check_day(team: Team, by: Person, due_on: date | None, now: datetime) -> date:
    routine, today = working_hours.person_hours(by, team), by.local(now).date()
    if due_on is None:
        return add_working_days(routine, today, PROMISE_DAYS)
    if due_on < today:
        raise Refusal(refusals.PAST_DAY, field=DAY)
    return due_day(routine, dates.check_near(due_on, today, field=DAY), today)


async def suggest_promise(
    session: AsyncSession, actor: Actor, *, writer_id: str, channel_id: str, text: str, source: str, now: datetime
) -> Person:
    """Ask the writer of a message, privately and once, whether to make it a promise to the actor. Return the writer.

    Raises `Refusal` if the writer may make no promises, or was asked about that message before.
    """
    writer = (await people.fetch_people(session, actor.workspace_id, [writer_id])).get(writer_id)
    by = await people.fetch_person(session, *actor)
    choice = await teams_queries.team_meant(session, *actor, channel_id=channel_id, others=[writer_id])
    may = [team for team in choice if await _may_promise(session, team, writer_id)]
    if writer is None or not writer.may_join or not may:
        raise Refusal(refusals.FOR_PROMISES_OF_LEADERS)
    team = may[0]
    if await queries.has_source(session, team, Kind.PROMISE, source):
        raise Refusal(refusals.ASKED_BEFORE)
    await count_raised(session, actor, "", now=now)
    this = await queries.add(
        session, team, Kind.PROMISE, by.id, shortened(text, LONGEST_PROMISE), state=State.OFFERED,
        audience=Audience.PAIR, is_named=True, source=source, now=now,
    )  # fmt: skip
    this.owner_id, this.recipient_id = writer.id, by.id
    await steps.publish(session, team, this, Step.RAISE, by=by, now=now)
    return writer


async def offer_promise(session: AsyncSession, team: Team, writer_id: str, thread: str, *, now: datetime) -> None:
    """Offer to turn a leader's commitment in the channel into a promise, at most twice a week."""
    writer = (await people.fetch_people(session, team.workspace_id, [writer_id])).get(writer_id)
    member = await membership.member(session, team, writer_id)
    if writer is None or member is None or member.role is not TeamRole.LEADER:
        return
    seat = Seat(writer, team, member.role)
    since = now - promises_feature.OFFER_PERIOD
    sent = await answers.find_nudges_since(session, team.workspace_id, writer_id, promises_feature.LISTEN, since=since)
    if len(sent) < promises_feature.OFFERS_A_WEEK and good_moments.is_good_moment(seat.routine, now):
        await engine.send_if_due(session, promises_feature.make_offer(seat, thread), KINDS, now=now)
        await schedule_next_check(session, team.workspace_id, now=now)


async def change_promise(
    session: AsyncSession, actor: Actor, promise_id: int, *, text: str, due_on: date, now: datetime
) -> View:
    """Correct the text or the day of a promise that was just made. This does not count as moving it."""
    team, this = await queries.lock_followup(session, actor.workspace_id, promise_id)
    by = await people.fetch_person(session, *actor)
    if this.owner_id != by.id or this.state != State.OWNED:
        raise Refusal(refusals.SETTLED[Kind.PROMISE])
    check_text(Kind.PROMISE, text, LONGEST_PROMISE)
    this.text, this.due_on = Private(text), _check_day(team, by, due_on, now)
    return await steps.publish(session, team, this, Step.KEEP, by=by, now=now)


async def move(session: AsyncSession, actor: Actor, promise_id: int, *, due_on: date, why: str, now: datetime) -> View:
    """Move a promise to another day, at most twice, with a reason."""

    def store(this: Followup, by: Person) -> None:
        this.moves, this.due_on = this.moves + 1, _check_day(team, by, due_on, now)

    if not why:
        raise Refusal(refusals.NO_REASON, field="why")
    team, _ = await queries.lock_followup(session, actor.workspace_id, promise_id)
    return await steps.take_step(session, actor, promise_id, Step.MOVE, text=why, change=store, now=now)


async def accept(session: AsyncSession, actor: Actor, promise_id: int, *, due_on: date, now: datetime) -> View:
    """Accept a promise that another person has suggested."""

    def store(this: Followup, by: Person) -> None:
        this.due_on = _check_day(team, by, due_on, now)

    team, _ = await queries.lock_followup(session, actor.workspace_id, promise_id)
    return await steps.take_step(session, actor, promise_id, Step.ACCEPT, change=store, now=now)


async def let_go(session: AsyncSession, actor: Actor, promise_id: int, *, why: str, now: datetime) -> View:
    """Close a promise that its owner cannot keep, with a reason; decline it if it was only suggested."""

    def store(this: Followup, by: Person) -> None:
        this.reason, this.outcome = reason, Private(why)

    _, this = await queries.lock_followup(session, actor.workspace_id, promise_id)
    reason = Reason.DECLINED if this.state == State.OFFERED else Reason.LET_GO
    if not why and reason == Reason.LET_GO:
        raise Refusal(refusals.NO_REASON, field="why")
    return await steps.take_step(session, actor, promise_id, Step.CLOSE, text=why, change=store, now=now)


async def ask_whether_kept(session: AsyncSession, team: Team, promise_id: int, *, now: datetime) -> None:
    """Post the owner's card of a promise again on the afternoon of its day, to ask whether it is done.

    Nothing is posted if it has ended or moved, or if the owner has been reminded just before or wants no reminder now.
    In Do Not Disturb it waits, if need be until the owner's shift has ended.
    """
    _, this = await queries.lock_followup(session, team.workspace_id, promise_id)
    owner = await people.fetch_person(session, team.workspace_id, this.owner_id or this.author_id)
    routine = working_hours.person_hours(owner, team)
    if not promises_feature.is_last_call(this, routine, now) or await _is_reminded(session, owner, this, now):
        return
    at = good_moments.next_good_moment(routine, now)
    if at == now:
        view = await steps.load_view(session, team, this)
        await outbox.delete(session, steps.personal_card(this, owner.id), to=owner.dm, now=now)
        await steps.post_card(session, view, owner, messages.last_call(view), now=now)
    elif at:
        await steps.schedule_last_call(session, team, this, at, key=f"{this.about}:{at.isoformat()}", now=now)


async def _is_reminded(session: AsyncSession, owner: Person, promise: Followup, now: datetime) -> bool:
    """Return whether the owner was reminded of a promise a short while ago, has snoozed it, or wants no reminders."""
    if promises_feature.DUE in NudgePreferences.of(owner).muted:
        return True
    last = await answers.latest_about(session, owner.workspace_id, owner.id, promises_feature.DUE, str(promise.id))
    return last is not None and (
        last.state == NudgeState.SNOOZED or last.said_at > now - promises_feature.JUST_REMINDED
    )


async def build_due_soon_blocks(
    session: AsyncSession, actor: Actor, *, excluding: Followup, now: datetime
) -> list[Block]:
    """Build the blocks that list the promises of a person, other than `excluding`, that are due within a week."""
    today = (await people.fetch_person(session, *actor)).local(now).date()
    owned = await queries.find_owned(session, actor.workspace_id, [actor.person_id], Kind.PROMISE)
    found = [
        each for each in owned if each.id != excluding.id and each.due_on and today <= each.due_on <= today + DUE_SOON
    ]
    return lists.below(messages, messages.ALSO_DUE, await steps.load_own(session, found))


async def list_promises(session: AsyncSession, actor: Actor) -> Post:
    """Return the open promises that a person made, and those made to them."""
    found = await queries.find_involving(session, *actor, Kind.PROMISE)
    mine: list[Listed] = []
    theirs: list[Listed] = []
    for each in found:
        view = await steps.load_view(session, await session.get_one(Team, each.team_id), each)
        is_mine = each.owner_id == actor.person_id
        (mine if is_mine else theirs).append(Listed(view, {Role.OWNER} if is_mine else {Role.RECIPIENT}))
    return lists.listed(messages, [(messages.MINE, mine), (messages.THEIRS, theirs)], messages.NOTHING)
