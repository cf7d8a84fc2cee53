"""What one-on-ones, shadowing and visits share: who is busy when, cards, invitations, and how it went."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Span
from bot.features.one_on_ones import queries
from bot.features.shadowing import queries as shadowing_queries
from bot.features.visits import hosts
from bot.messages import invitations
from bot.messages.invitations import Meeting
from bot.org.availability import moment, working_hours
from bot.org.availability.slots import Busy
from bot.org.people import Ids, Person
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.slack.post import Post

ONE_ON_ONE = "one_on_one"
RENEW_TIMES = JobName("one_on_ones.renew_times")


async def find_busy(session: AsyncSession, workspace_id: str, ids: Ids, now: datetime) -> list[Busy]:
    """All that these people have planned, of whatever feature."""
    return [
        *await queries.find_busy(session, workspace_id, ids, now=now),
        *await shadowing_queries.find_busy(session, workspace_id, ids, now),
        *await hosts.find_busy(session, workspace_id, ids, now),
    ]


async def renew_offers(session: AsyncSession, workspace_id: str, ids: Ids, span: Span, *, now: datetime) -> None:
    """These people have something planned: where one of them is offered that time, others take its place."""
    for offer in await queries.find_offers_during(session, workspace_id, ids, span):
        team = await session.get_one(Team, offer.team_id)
        await scheduler.put_about(session, RENEW_TIMES, team, About(ONE_ON_ONE, offer.id), due_at=now, now=now)


async def send_invitation(
    session: AsyncSession, meeting: Meeting, reader: Person, comment: str, *, is_on: bool, now: datetime
) -> None:
    """Put a meeting into somebody's calendar, change it there, or take it out when it is on no more."""
    content = invitations.request(meeting, now) if is_on else invitations.cancel(meeting, now)
    await outbox.file(
        session, name=meeting.file, content=content, title=meeting.title, comment=comment, to=reader.dm, not_before=now
    )


async def repost(
    session: AsyncSession, post: Post, reader: Person, team: Team, *, expires_at: datetime | None = None, now: datetime
) -> None:
    """Post a card anew, in somebody's working hours, below what was said since: no edit rings."""
    await outbox.delete(session, post.card or "", to=reader.dm, now=now)
    await outbox.put(session, post, to=reader.dm, not_before=now, hours_of=team, expires_at=expires_at)


async def remind(
    session: AsyncSession, post: Post, reader: Person, team: Team, *, sequence: int, at: datetime, ends_at: datetime
) -> None:
    """Remind somebody of what they have planned, once for each of its times."""
    await outbox.put(
        session, post, to=reader.dm, not_before=at, priority=Priority.NUDGE, hours_of=team, expires_at=ends_at,
        key=f"{post.card}:{sequence}",
    )  # fmt: skip


async def ask_outcome(
    session: AsyncSession,
    post: Post,
    person: Person,
    team: Team,
    about: About,
    following: JobName,
    *,
    is_again: bool,
    now: datetime,
) -> None:
    """Ask at the next good moment; unless they answer, `following` is done the morning after."""
    routine = working_hours.person_hours(person, team)
    morning = moment.next_morning(routine, moment.next_good(routine, now) or now)
    if is_again:
        await outbox.delete(session, post.card or "", to=person.dm, now=now)
    await outbox.put(
        session, post, to=person.dm, not_before=now, priority=Priority.NUDGE, hours_of=team, expires_at=morning
    )
    await scheduler.put_about(session, following, team, about, due_at=morning, now=now)
