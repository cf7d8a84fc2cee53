"""Notifications to people who become leader, deputy or sponsor."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.messages import settings
from bot.messages.settings import Named
from bot.org.teams.models import Team
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import members
from tests.conftest import TUESDAY

LEADER, DEPUTY, SPONSOR = Named


def people(leaders: str = "", deputies: str = "", sponsor: str = "") -> dict[str, Any]:
    return {"leaders": leaders.split(), "deputies": deputies.split(), "sponsor": sponsor or None}


@pytest.mark.parametrize(
    ("was", "became", "told"),
    [
        (people(), people("UMAYA UANA UBEN", "UBEN", "UELI"), {"UANA": LEADER, "UBEN": DEPUTY, "UELI": SPONSOR}),
        (people("UMAYA"), people("UMAYA UANA"), {"UANA": LEADER}),
        (people("UMAYA UANA"), people("UMAYA UANA", "UANA"), {"UANA": DEPUTY}),
        (people("UMAYA UANA", "UANA"), people("UMAYA UANA"), {"UANA": LEADER}),
        (people("UMAYA UANA"), people("UMAYA", "", "UANA"), {"UANA": SPONSOR}),
        (people("UMAYA UANA", "", "UELI"), people("UMAYA UANA", "", "UELI"), {}),
        (people("UMAYA UANA", "", "UELI"), people("UMAYA"), {}),
        (people("UANA"), people("UANA UMAYA"), {}),
    ],
)
async def test_people_with_a_new_role_are_notified(
    session: AsyncSession, team: Team, was: dict[str, Any], became: dict[str, Any], told: dict[str, Named]
) -> None:
    await members.notify_new_roles(session, team, "UMAYA", was, became, now=TUESDAY)
    await session.flush()

    said = [(row, decrypt_payload(row, vault_of(session))) for row in await session.scalars(select(Outgoing))]
    expected = {id: settings.new_role_note(team, role, "UMAYA").text for id, role in told.items()}
    assert {row.conversation: body["text"] for row, body in said} == expected
    assert all(row.team_id == team.id for row, _ in said)
