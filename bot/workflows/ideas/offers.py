"""Ask the writer of a message whether it may be saved as an idea."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.followups.models import Kind
from bot.messages.followups import cards
from bot.messages.ideas import offers
from bot.org import people
from bot.org.teams import queries as teams_queries
from bot.org.workspaces import Address
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows.followups import limits


async def ask_writer(
    session: AsyncSession, actor: Actor, writer_id: str, words: str, *, channel_id: str, ts: str, now: datetime
) -> Post:
    """Ask the writer of a message, once, and return the answer to the person who would like to save it.

    Raises `Refusal` for a message without words, and for a writer who is in none of the possible teams.
    """
    if not words:
        raise Refusal(refusals.NO_WORDS)
    choice = await teams_queries.team_meant(session, *actor, channel_id=channel_id, others=[writer_id])
    theirs = {each.id for each in await teams_queries.teams_of_person(session, actor.workspace_id, writer_id)}
    team = next((each for each in choice if each.id in theirs), None)
    known = await people.fetch_people(session, actor.workspace_id, [writer_id, actor.person_id])
    writer, by = known.get(writer_id), known.get(actor.person_id)
    if team is None or writer is None or by is None or not writer.may_join or writer.is_guest:
        raise Refusal(refusals.CANNOT_ASK_WRITER)
    await limits.count_raised(session, actor, "", now=now)
    card = card_name(channel_id, ts)
    post = offers.offer_card(by.shown, team, words, card)
    await outbox.put(session, post, to=writer.dm, not_before=now, key=card)
    return Post(cards.asked_writer(writer.shown))


async def mark_saved(session: AsyncSession, actor: Actor, card: str, *, now: datetime) -> None:
    """Replace the buttons of the question to the writer with a note that the message has been saved."""
    await outbox.change(session, offers.saved_card(card), to=Address(*actor), now=now)


def card_name(channel_id: str, ts: str) -> str:
    """Return the name of the card that asks the writer of a message whether it may be saved as an idea."""
    return f"{Kind.IDEA}_offer:{channel_id}:{ts}"
