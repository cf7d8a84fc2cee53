"""Lock, show and delete a hard contact.

The people in it are encrypted in its row. Jobs, cards and buttons name the row or a random token, never a person.
"""

import secrets
from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate
from bot.features import hard_contacts as contacts
from bot.features.hard_contacts import Details, HardContact
from bot.messages import hard_contacts as messages
from bot.messages.hard_contacts import View
from bot.org import people
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import ticket_watches


def new_card_name() -> str:
    """Return a random name, because the outbox stores the name of a card next to the person's id."""
    return f"dm:{secrets.token_hex()}"


async def lock_contact(session: AsyncSession, workspace_id: str, contact_id: int) -> tuple[HardContact, Details]:
    """Lock and return a hard contact with its details. Raises `AnswerTooLate` if it has been deleted."""
    contact = await contacts.find(session, workspace_id, contact_id, lock=True)
    return contact, contact.details


async def lock_with_people(session: AsyncSession, workspace_id: str, contact_id: int) -> tuple[HardContact, Details]:
    """Lock the two people of a hard contact, and then the hard contact itself, as `lock_contact` does."""
    seen = (await contacts.find(session, workspace_id, contact_id)).details
    await people.lock_people(session, workspace_id, [seen.agent_id, seen.leader_id])
    return await lock_contact(session, workspace_id, contact_id)


async def lock_unless_deleted(session: AsyncSession, team: Team, contact_id: int) -> tuple[HardContact, Details] | None:
    """Lock a hard contact for a job; return None if it has been deleted."""
    with suppress(AnswerTooLate):
        return await lock_contact(session, team.workspace_id, contact_id)
    return None


async def load_view(session: AsyncSession, team: Team, contact: HardContact, details: Details, now: datetime) -> View:
    known = await people.fetch_people(session, contact.workspace_id, {details.agent_id, details.leader_id})
    can_watch = details.is_answered and await ticket_watches.can_watch(session, team, details.ticket)
    return View(contact.id, details, team, known[details.agent_id], known[details.leader_id], now, can_watch)


async def schedule_job(
    session: AsyncSession, job: JobName, team: Team, contact: HardContact, *, due_at: datetime, now: datetime
) -> None:
    """Schedule a job about a hard contact, once for each due time. A job that is no longer wanted does nothing."""
    about = About("hard_contact", contact.id)
    key = f"hard_contact:{contact.id}:{job}:{due_at.isoformat()}"
    await scheduler.put(session, job=job, key=key, team=team, about=about, due_at=due_at, now=now)


async def show_agent(
    session: AsyncSession, team: Team, contact: HardContact, details: Details, *, is_news: bool = False, now: datetime
) -> None:
    """Save the details and show them on the agent's card; post it again if it brings news: edits do not notify."""
    contact.seal(details)
    view = await load_view(session, team, contact, details, now)
    if is_news:
        await outbox.delete(session, details.agent_card, to=view.agent.dm, now=now)
        await outbox.put(session, messages.agent_card(view), to=view.agent.dm, not_before=now)
    else:
        await outbox.show(session, messages.agent_card(view), to=view.agent.dm, now=now)


async def close_leader_card(
    session: AsyncSession, contact: HardContact, post: Post, details: Details, *, now: datetime
) -> None:
    to = Address(contact.workspace_id, details.leader_id)
    await outbox.withdraw(session, post, to=to, now=now)


async def delete_contact(session: AsyncSession, contact: HardContact, details: Details, *, now: datetime) -> None:
    """Delete a hard contact that is over or has expired, and close both cards."""
    await close_leader_card(session, contact, messages.closed_leader_card(details), details, now=now)
    to = Address(contact.workspace_id, details.agent_id)
    await outbox.withdraw(session, messages.closed_agent_card(details), to=to, now=now)
    await session.delete(contact)
    await session.flush()
