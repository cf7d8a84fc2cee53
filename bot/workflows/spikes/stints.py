"""Start, extend and finish a stint (the time that a leader helps in a queue): announce it, and count its time."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries
from bot.features.balance.models import Part
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes import stints
from bot.features.spikes.models import Kind, Spike, Stint
from bot.messages.spikes import asks, cards
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows import debriefs
from bot.workflows.escalation import answer_deadline
from bot.workflows.spikes.cards import ASK_NEXT, reply_in_thread, schedule_job, update_card

ASK_IF_STILL_THERE, END_UNANSWERED = JobName("spikes.ask_if_still_there"), JobName("spikes.end_unanswered")


async def start_stint(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *,
    card: str | None = None, now: datetime,
) -> Stint:  # fmt: skip
    """Start a stint: announce it to the team, and schedule its end.

    `card` is the leader's own card, which gets the stint's buttons.
    """
    stint = await stints.add_stint(session, team, spike, person, kind, minutes, now=now)
    stint.card = card
    home.mark_changed(session, person.workspace_id, [person.id], now=now)
    if card:
        await outbox.edit(session, asks.joined_card(spike, stint, person), to=person.dm, not_before=now)
    post = cards.joined_reply(stint, minutes)
    if spike is None:
        await outbox.put(session, post, to=team.channel, not_before=now)
    else:
        await reply_in_thread(session, team, spike, post, aloud=True, now=now)
        await update_card(session, team, spike, now=now)
    await schedule_job(session, ASK_IF_STILL_THERE, team, stint, due_at=stint.until, now=now)
    return stint


async def extend_stint(session: AsyncSession, actor: Actor, stint_id: int, minutes: int, *, now: datetime) -> None:
    """Extend a person's own stint by some minutes; they must still lead the team."""
    team, spike, stint, person = await _lock_own_stint(session, actor, stint_id)
    await spikes_queries.must_lead(session, team, person.id)
    stints.extend_stint(stint, minutes, now=now)
    await outbox.edit(session, asks.joined_card(spike, stint, person), to=person.dm, not_before=now)
    if spike:
        await update_card(session, team, spike, now=now)
    await schedule_job(session, ASK_IF_STILL_THERE, team, stint, due_at=stint.until, now=now)


async def finish_own_stint(
    session: AsyncSession, actor: Actor, stint_id: int, *, now: datetime
) -> tuple[Spike | None, Stint]:
    team, spike, stint, _ = await _lock_own_stint(session, actor, stint_id)
    await finish_stint(session, team, spike, stint, at=now, now=now)
    return spike, stint


async def _lock_own_stint(
    session: AsyncSession, actor: Actor, stint_id: int
) -> tuple[Team, Spike | None, Stint, Person]:
    person = await people.fetch_person(session, *actor, lock=True)
    spike, stint = await stints.lock_stint(session, actor.workspace_id, stint_id)
    stints.check_is_running(stint, person.id)
    return await session.get_one(Team, stint.team_id), spike, stint, person


async def finish_stint(
    session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, *,
    at: datetime, by_itself: bool = False, now: datetime,
) -> None:  # fmt: skip
    """End a stint and count its time.

    If the spike is not over, a job asks the next leader.
    """
    await stints.end_stint(session, spike, stint, at)
    home.mark_changed(session, stint.workspace_id, [stint.person_id], now=now)
    await queries.add_measured_time(
        session, team, stint.person_id, part=Part.FRONTLINE, minutes=stint.minutes,
        started_at=stint.started_at, source=f"stint:{stint.id}", now=now,
    )  # fmt: skip
    if by_itself and stint.card is None:
        stint.card = _card_name(stint)
    if stint.card:
        await outbox.show(session, asks.ended_card(spike, stint, by_itself=by_itself), to=_dm(stint), now=now)
    if spike and not spike.is_over:
        await update_card(session, team, spike, now=now)
        await scheduler.put(
            session, job=ASK_NEXT, key=f"spike:{spike.id}:{ASK_NEXT}:stint:{stint.id}", team=team,
            about=About("spike", spike.id), due_at=now, now=now,
        )  # fmt: skip
    await debriefs.ask_helper(session, team, spike, stint, now=now)


async def ask_if_still_there(session: AsyncSession, team: Team, stint_id: int, *, now: datetime) -> None:
    """Ask a helper whose time is up whether they will continue.

    The question is a new message, because edits do not notify.
    """
    spike, stint = await stints.lock_stint(session, team.workspace_id, stint_id)
    if stint.ended_at or now < stint.until:
        return
    if stint.card:
        await outbox.change(session, asks.replaced_stint_card(stint), to=_dm(stint), now=now)
    stint.card = _card_name(stint)
    post = asks.still_helping_question(spike, stint)
    await outbox.put(session, post, to=_dm(stint), not_before=now, priority=Priority.URGENT)
    await schedule_job(session, END_UNANSWERED, team, stint, due_at=now + stints.STILL_THERE_TIMEOUT, now=now)


async def end_unanswered(session: AsyncSession, team: Team, stint_id: int, *, now: datetime) -> None:
    """End a stint at its scheduled end if the helper has not said whether they will continue."""
    spike, stint = await stints.lock_stint(session, team.workspace_id, stint_id)
    if stint.ended_at or now < stint.until + stints.STILL_THERE_TIMEOUT:
        return
    until = await answer_deadline(
        session, stint.card or "", _dm(stint), since=stint.until, wait=stints.STILL_THERE_TIMEOUT, now=now
    )
    if until > now:
        await schedule_job(session, END_UNANSWERED, team, stint, due_at=until, now=now)
    else:
        await finish_stint(session, team, spike, stint, at=stint.until, by_itself=True, now=now)


def _card_name(stint: Stint) -> str:
    return f"stint:{stint.id}:{stint.sequence}"


def _dm(stint: Stint) -> Address:
    return Address(stint.workspace_id, stint.person_id)
