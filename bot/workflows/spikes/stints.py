"""Start, extend and finish a leader's time with a queue: announced to the team, and counted."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries
from bot.features.balance.models import Part
from bot.features.spikes import stints
from bot.features.spikes.models import Kind, Spike, Stint
from bot.messages.spikes import asks, cards
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack import home
from bot.slack.outbox import outbox
from bot.workflows import debriefs
from bot.workflows.spikes.cards import ASK_NEXT, reply_in_thread, schedule_job, update_card


async def finish_own_stint(
    session: AsyncSession, person: Person, stint_id: int, now: datetime
) -> tuple[Spike | None, Stint]:
    spike, stint = await stints.lock_stint(session, person.workspace_id, stint_id)
    stints.must_be_running(stint, person.id)
    team = await session.get_one(Team, stint.team_id)
    await finish_stint(session, team, spike, stint, at=now, now=now)
    return spike, stint


ABOUT_STINT = "stint"


async def start_stint(
    session: AsyncSession, team: Team, spike: Spike | None, person: Person, kind: Kind, minutes: int, *,
    card: str | None = None, now: datetime,
) -> Stint:  # fmt: skip
    """Somebody is there: the team hears it, and the clock knows until when. `card` is theirs, to be given buttons."""
    stint = await stints.add_stint(session, team, spike, person, kind, minutes, now=now)
    stint.card = card
    home.mark_changed(session, person.workspace_id, [person.id], now=now)
    if card:
        await outbox.edit(session, asks.joined(spike, stint, person), to=person.dm, not_before=now)
    post = cards.joined(stint, minutes)
    if spike is None:
        await outbox.put(session, post, to=team.channel, not_before=now)
    else:
        await reply_in_thread(session, team, spike, post, aloud=True, now=now)
        await update_card(session, team, spike, now=now)
    await schedule_job(session, ASK_IF_STILL_THERE, team, About(ABOUT_STINT, stint.id), due_at=stint.until, now=now)
    return stint


async def extend_stint(
    session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, person: Person, minutes: int, *, now: datetime
) -> None:
    stints.extend_stint(stint, minutes, now=now)
    await outbox.edit(session, asks.joined(spike, stint, person), to=person.dm, not_before=now)
    if spike:
        await update_card(session, team, spike, now=now)
    await schedule_job(session, ASK_IF_STILL_THERE, team, About(ABOUT_STINT, stint.id), due_at=stint.until, now=now)


async def finish_stint(
    session: AsyncSession, team: Team, spike: Spike | None, stint: Stint, *,
    at: datetime, by_itself: bool = False, now: datetime,
) -> None:  # fmt: skip
    """Their time is over, and counted; who was the last to help leaves it to the clock to ask the next."""
    await stints.end_stint(session, spike, stint, at)
    home.mark_changed(session, stint.workspace_id, [stint.person_id], now=now)
    await queries.count_time(
        session, team, stint.person_id, part=Part.FRONTLINE, minutes=stint.minutes,
        started_at=stint.started_at, source=f"{ABOUT_STINT}:{stint.id}", now=now,
    )  # fmt: skip
    if by_itself and stint.card is None:
        stint.card = card_name(stint)
    if stint.card:
        person = await people.fetch_person(session, stint.workspace_id, stint.person_id)
        await outbox.show(session, asks.ended(spike, stint, by_itself=by_itself), to=person.dm, now=now)
    if spike and not spike.is_over:
        await update_card(session, team, spike, now=now)
        await scheduler.put(
            session, job=ASK_NEXT, key=f"spike:{spike.id}:{ASK_NEXT}:{ABOUT_STINT}:{stint.id}", team=team,
            about=About("spike", spike.id), due_at=now, now=now,
        )  # fmt: skip
    await debriefs.ask_helper(session, team, spike, stint, now=now)


def card_name(stint: Stint) -> str:
    return f"{ABOUT_STINT}:{stint.id}:{stint.sequence}"


ASK_IF_STILL_THERE, END_UNANSWERED = JobName("spikes.ask_if_still_there"), JobName("spikes.end_unanswered")
