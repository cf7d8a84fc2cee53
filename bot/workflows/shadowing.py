"""Shadow sessions: ask an agent, and record what the leader learned and which roadblocks the leader took on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from slackblocks import Block
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.errors import Refusal
from bot.features.balance import queries as balance_queries
from bot.features.balance.models import Part
from bot.features.shadowing import queries, wrap_ups
from bot.features.shadowing.rules import COOLDOWNS, find_slot
from bot.features.shadowing.settings import Settings
from bot.features.shadowing.wrap_ups import WrapUp
from bot.features.visits import themes
from bot.followups import queries as followups_queries
from bot.followups.models import Audience, Followup
from bot.followups.models import Kind as FollowupKind
from bot.followups.models import State as FollowupState
from bot.followups.rules import own
from bot.meetings import queries as meetings_queries
from bot.meetings import rules
from bot.meetings.models import OPEN, Kind, Meeting, State
from bot.meetings.policy import Policy
from bot.meetings.rules import Pair
from bot.meetings.settings import ShadowingPreferences
from bot.messages.shadowing import cards, lists
from bot.nudges.models import NudgeState
from bot.org.availability import slots
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.org.teams import membership
from bot.refusals import shadowing as refusals
from bot.slack.dispatcher import Actor
from bot.slack.home import Visitor
from bot.slack.post import Post
from bot.workflows.followups import steps
from bot.workflows.meetings import bookings, outcomes
from bot.workflows.nudges import answer

REMINDER_LEAD = timedelta(hours=1)


async def request_session(
    session: AsyncSession, actor: Actor, agent_id: str, at: datetime | None, *, is_picked: bool = False,
    nudge_id: int = 0, now: datetime,
) -> tuple[Pair, Meeting]:  # fmt: skip
    """Ask the agent for a session, as `add_request` does.

    `nudge_id` is the nudge that suggested the session, and is answered by this request; 0 for none.
    """
    pair = await queries.find_pair(session, *actor, agent_id)
    planned = await meetings_queries.busy_of(session, pair, now)
    shadow = await add_request(session, pair, at, is_picked=is_picked, busy=planned, now=now)
    await bookings.send_question(session, pair, shadow, now=now)
    if nudge_id:
        await answer(session, actor, nudge_id, NudgeState.DONE, now=now)
    return pair, shadow


async def add_request(
    session: AsyncSession, pair: Pair, at: datetime | None, *, is_picked: bool = False, busy: Sequence[Busy] = (),
    now: datetime,
) -> Meeting:  # fmt: skip
    """Add a request for a shadowing session at the time that the leader picked or was offered.

    If the leader picked the time (`is_picked`), raises a `Refusal` if it is not free. If the time was offered and is
    gone, the next time that suits both is taken instead; raises a `Refusal` if there is none. `busy` lists what else
    the two have planned.
    """
    await _check_agent(session, pair, now)
    length = timedelta(minutes=Settings.of(pair.team).minutes)
    if at and is_picked:
        rules.check_time(pair, length, at, busy, now, other=pair.attendee)
    elif at is None or at <= now or slots.is_booked(busy, pair.ids, (at, at + length)):
        at = find_slot(pair.team, pair.people, busy, now)
    if at is None:
        raise Refusal(refusals.NEVER_TOGETHER)
    return await _add(session, pair, State.REQUESTED, at, now)


async def _add(session: AsyncSession, pair: Pair, state: State, at: datetime, now: datetime) -> Meeting:
    minutes = Settings.of(pair.team).minutes
    return await meetings_queries.add(session, Kind.SHADOWING, pair, state, at, minutes=minutes, now=now)


async def _find_or_add_held_session(session: AsyncSession, pair: Pair, now: datetime) -> Meeting:
    """Return the session that the two have just held: their open session, or else a new one."""
    theirs = select(Meeting).where(
        Meeting.team_id == pair.team.id,
        Meeting.kind == Kind.SHADOWING,
        Meeting.organizer_id == pair.organizer.id,
        Meeting.attendee_id == pair.attendee.id,
        Meeting.state.in_(OPEN),
    )
    shadow = await session.scalar(locks.for_update(theirs, Meeting))
    if shadow is None:
        return await _add(session, pair, State.PLANNED, now - timedelta(minutes=Settings.of(pair.team).minutes), now)
    shadow.state = State.PLANNED
    return shadow


async def _check_agent(session: AsyncSession, pair: Pair, now: datetime) -> None:
    """Raise unless the agent accepts requests and nobody else is asking them at the moment."""
    theirs = select(Meeting).where(
        Meeting.workspace_id == pair.attendee.workspace_id,
        Meeting.kind == Kind.SHADOWING,
        Meeting.attendee_id == pair.attendee.id,
        Meeting.state.in_([*OPEN, *COOLDOWNS]),
    )
    before, name = (await session.scalars(theirs)).all(), pair.attendee.shown
    rests = any(
        each.ended_at and now < each.ended_at + COOLDOWNS[State(each.state)] for each in before if not each.is_open
    )
    if rests or not ShadowingPreferences.of(pair.attendee).may_be_asked:
        raise Refusal(refusals.agent_unavailable(name))
    for each in before:
        if each.is_open and each.organizer_id == pair.organizer.id:
            raise Refusal(refusals.on_the_way(name))
        if each.is_open:
            raise Refusal(refusals.asked_by_another(name))


async def save_wrap_up(
    session: AsyncSession, actor: Actor, meeting_id: int, agent_id: str, said: WrapUp, *, now: datetime
) -> Meeting:
    """Save a leader's wrap-up of a session; `meeting_id` is 0 for an unplanned session with that agent.

    The session counts as frontline time, and its themes are counted.
    """
    if meeting_id:
        await membership.lock_team_of(session, Meeting, meeting_id)
        pair, shadow = await meetings_queries.lock_own_meeting(session, *actor, meeting_id)
    else:
        pair = await queries.find_pair(session, *actor, agent_id)
        shadow = await _find_or_add_held_session(session, pair, now)
    was_to_come = shadow.starts_at > now
    add_wrap_up(session, pair, shadow, actor.person_id, said, now=now)
    await outcomes.conclude(session, pair, shadow, State.MET, was_to_come=was_to_come, now=now)
    await balance_queries.add_measured_time(
        session, pair.team, pair.organizer.id, part=Part.FRONTLINE, minutes=shadow.minutes,
        started_at=shadow.starts_at, source=shadow.about, now=now,
    )  # fmt: skip
    agent_id = shadow.attendee_id
    await themes.record_themes(session, pair.team, said.themes, source=shadow.about, agent_id=agent_id, now=now)
    if said.roadblock:
        await own_roadblock(session, pair, shadow, said, now=now)
    return shadow


def add_wrap_up(session: AsyncSession, pair: Pair, meeting: Meeting, by: str, said: WrapUp, *, now: datetime) -> None:
    """Mark a session as held, and save the leader's encrypted notes."""
    pair.must_organize(by, meeting.kind)
    rules.check_state(meeting, State.PLANNED, State.MISSED)
    wrap_ups.check_wrap_up(said, pair.organizer.local(now).date())
    if meeting.starts_at > now:
        meeting.starts_at = now - meeting.length
    if said.learnt:
        meeting.sealed = vault_of(session).encrypt(said.learnt)


async def own_roadblock(
    session: AsyncSession, pair: Pair, meeting: Meeting, said: WrapUp, *, now: datetime
) -> Followup:  # fmt: skip
    """Raise the roadblock that a leader has taken on, and tell the agent.

    The agent counts as its author, is told each step, and can say whether it is cleared. Only the two people can read
    it.
    """
    leader, agent = pair.organizer, pair.attendee
    this = await followups_queries.add(
        session, pair.team, FollowupKind.ROADBLOCK, agent.id, said.roadblock, state=FollowupState.OWNED,
        audience=Audience.PAIR, is_named=True, source=meeting.about, by=leader.id, now=now,
    )  # fmt: skip
    this.due_on, this.theme = said.due_on, themes.first_theme(said.themes)
    own(this, leader.id, leader.local(now).date())
    view = await steps.load_view(session, pair.team, this)
    if agent.may_join:
        await steps.post_card(session, view, agent, cards.roadblock_taken_note(view), now=now, hours_of=pair.team)
    return this


async def home_section(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
    """Return a person's open sessions for Home."""
    workspace_id, person_id = visitor.person.workspace_id, visitor.person.id
    return lists.home_section(
        await meetings_queries.find_open(session, workspace_id, person_id, Kind.SHADOWING), visitor.person
    )


def _an_hour_before(pair: Pair, meeting: Meeting, reader: Person) -> datetime:
    return meeting.starts_at - REMINDER_LEAD


async def _reminder(session: AsyncSession, pair: Pair, meeting: Meeting, reader: Person, now: datetime) -> Post:
    return cards.reminder(pair, meeting, reader)


Policy(
    Kind.SHADOWING, cards, file="shadowing.ics", outcome_delay=timedelta(minutes=15), silence=State.MISSED,
    remind_at=_an_hour_before, reminder=_reminder,
)  # fmt: skip
