"""Tests of hard contacts: counts of a month, the rules' link, and what a row stores."""

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


async def test_count_of_three_agents_is_shown_once_the_month_has_ended(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UBEN", "UANA", "UELI")
    assert await hard_contacts.count_of_month(session, team, NOVEMBER) == 0

    assert not await hard_contacts.close_month(session, team, NOVEMBER)
    assert await hard_contacts.count_of_month(session, team, NOVEMBER) == 4
    row = (await session.scalars(select(HardContactMonth))).one()
    assert (row.people, row.key) == ([], "")


async def test_count_of_fewer_agents_is_added_to_the_next_month_once(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UANA", "UBEN")
    assert await hard_contacts.close_month(session, team, NOVEMBER)
    await count(session, team, DECEMBER, "UANA", "UBEN", "UELI")
    assert not await hard_contacts.close_month(session, team, DECEMBER)

    assert await hard_contacts.count_of_month(session, team, NOVEMBER) == 0
    assert await hard_contacts.count_of_month(session, team, DECEMBER) == 6


async def test_count_that_waited_a_month_is_forgotten(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UBEN")
    await hard_contacts.close_month(session, team, NOVEMBER)
    await count(session, team, DECEMBER, "UANA")
    assert await hard_contacts.close_month(session, team, DECEMBER)
    await count(session, team, JANUARY, "UANA", "UBEN", "UELI")
    await hard_contacts.close_month(session, team, JANUARY)

    assert await hard_contacts.count_of_month(session, team, JANUARY) == 4


async def test_closing_a_month_twice_changes_nothing(session: AsyncSession, team: Team) -> None:
    await count(session, team, NOVEMBER, "UANA", "UBEN", "UELI")
    for _ in range(2):
        await hard_contacts.close_month(session, team, NOVEMBER)
    assert await hard_contacts.count_of_month(session, team, NOVEMBER) == 3


async def test_row_stores_nobody_in_clear(session: AsyncSession, team: Team) -> None:
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
def test_link_that_slack_would_not_show_is_refused(link: str) -> None:
    with pytest.raises(ValidationError):
        Settings(link=link)
