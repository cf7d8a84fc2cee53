"""Hard contacts: monthly counts, the link to the team's rules, and the encryption of stored rows."""

from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features import hard_contacts
from bot.features.hard_contacts import Details, HardContactMonth, Settings
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


async def count(session: AsyncSession, team: Team, month: date, *agents: str) -> None:
    for each in agents:
        await hard_contacts.count_contact(session, team, each, day=month.replace(day=17))


async def test_monthly_count_is_shown_if_three_agents_reported_hard_contacts(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UBEN", "UANA", "UELI")
    assert await hard_contacts.monthly_count(session, team, NOVEMBER) == 0

    assert not await hard_contacts.close_month(session, team, NOVEMBER)
    assert await hard_contacts.monthly_count(session, team, NOVEMBER) == 4
    row = (await session.scalars(select(HardContactMonth))).one()
    assert (row.people, row.key) == ([], "")


async def test_monthly_count_from_fewer_than_three_agents_is_added_to_the_next_month(
    session: AsyncSession, team: Team
) -> None:
    await count(session, team, NOVEMBER, "UANA", "UANA", "UBEN")
    assert await hard_contacts.close_month(session, team, NOVEMBER)
    await count(session, team, DECEMBER, "UANA", "UBEN", "UELI")
    assert not await hard_contacts.close_month(session, team, DECEMBER)

    assert await hard_contacts.monthly_count(session, team, NOVEMBER) == 0
    assert await hard_contacts.monthly_count(session, team, DECEMBER) == 6


async def test_monthly_count_is_carried_over_only_once_and_then_deleted(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UBEN")
    await hard_contacts.close_month(session, team, NOVEMBER)
    await count(session, team, DECEMBER, "UANA")
    assert await hard_contacts.close_month(session, team, DECEMBER)
    await count(session, team, JANUARY, "UANA", "UBEN", "UELI")
    await hard_contacts.close_month(session, team, JANUARY)

    assert await hard_contacts.monthly_count(session, team, JANUARY) == 4


async def test_closing_a_month_of_hard_contacts_is_idempotent(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UBEN", "UELI")
    for _ in range(2):
        await hard_contacts.close_month(session, team, NOVEMBER)
    assert await hard_contacts.monthly_count(session, team, NOVEMBER) == 3


async def test_names_and_tickets_in_a_hard_contact_row_are_encrypted(session: AsyncSession, team: Team) -> None:
    details = Details(
        agent_id="UANA", leader_id="UMAYA", ticket="4711", asked_at=TUESDAY, agent_card="dm:1", leader_card="dm:2"
    )
    contact = await hard_contacts.add(session, team, details, raised_on=NOVEMBER)
    stored = (await session.execute(text("SELECT * FROM hard_contacts"))).one()

    assert not any(word in str(stored) for word in ("UANA", "UMAYA", "4711", "dm:"))
    session.expire_all()
    await session.refresh(contact)
    assert contact.details == details


@pytest.mark.parametrize("link", ["http://harbour.example", "javascript:alert(1)", "https://a|b", "https://a b"])
def test_rules_link_that_slack_would_not_display_is_refused(link: str) -> None:
    with pytest.raises(ValidationError):
        Settings(link=link)
