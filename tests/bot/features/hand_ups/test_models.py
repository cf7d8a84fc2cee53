"""The table of hand-ups: texts are encrypted at rest, and an agent has at most one open hand-up."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.hand_ups import queries
from bot.org.teams.models import Team
from tests.conftest import TUESDAY


async def test_text_and_ticket_of_a_hand_up_are_encrypted_in_the_database(session: AsyncSession, team: Team) -> None:
    this = await queries.add(
        session, team, "UANA", "a refund over the limit", is_waiting=True, ticket="HARBOUR-4711", now=TUESDAY
    )
    ((words, ticket),) = await session.execute(text("SELECT words, ticket FROM hand_ups"))
    session.expunge_all()

    assert "refund" not in words
    assert "4711" not in ticket
    _, again = await queries.lock_hand_up(session, team.workspace_id, this.id)
    assert (again.words, again.ticket) == ("a refund over the limit", "HARBOUR-4711")


async def test_agent_has_at_most_one_open_hand_up(session: AsyncSession, team: Team) -> None:
    await queries.add(session, team, "UANA", "a refund", is_waiting=False, ticket="", now=TUESDAY)

    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await queries.add(session, team, "UANA", "a refund again", is_waiting=False, ticket="", now=TUESDAY)
