"""Tests of ticket watches: how tickets are named and found, and what a row stores."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Ticket
from bot.errors import Refusal
from bot.features.tickets import watches
from bot.features.tickets.watches import PERIOD, TicketWatch, WatchDetails
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

DAY = timedelta(days=1)
NUMBER = "471100471100"


async def add(session: AsyncSession, team: Team, leader_id: str, number: str = NUMBER) -> TicketWatch:
    watch = await watches.add(session, team, leader_id, number, now=TUESDAY)
    assert watch
    return watch


async def found(session: AsyncSession, team: Team, *numbers: str, days: int = 0) -> list[str]:
    """Return who watches these tickets."""
    rows = await watches.lock_watches_of(session, team, numbers, now=TUESDAY + days * DAY)
    return [each.details.leader_id for each in rows]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("4711", "4711"),
        ("#4711", "4711"),
        (" Ticket 4711 ", "4711"),
        ("ticket-4711", "4711"),
        ("Ticket no. 4711", "4711"),
        ("https://acme.zendesk.com/agent/tickets/4711", "4711"),
        ("https://acme2.freshdesk.com/a/tickets/4711/?tab=1#note7", "4711"),
        ("acme.zendesk.com/agent/tickets/4711", "4711"),
        ("https://app.intercom.com/a/inbox/x9/inbox/conversation/4711?view=List", "4711"),
        ("", ""),
        ("the refund", ""),
        ("4711 and 4712", ""),
        ("he called 3 times", ""),
        ("https://acme.zendesk.com/agent/tickets", ""),
        ("INC-4711", ""),
        ("٤٧١١", ""),
    ],
)
def test_number_of_a_ticket_is_found_in_what_an_agent_types(said: str, number: str) -> None:
    assert watches.find_number(said) == number


async def test_row_of_a_ticket_watch_stores_neither_leader_nor_ticket_unencrypted(
    session: AsyncSession, team: Team
) -> None:
    watch = await add(session, team, "UMAYA")
    stored = (await session.execute(text("SELECT * FROM ticket_watches"))).one()

    assert not any(word in str(stored) for word in ("UMAYA", NUMBER, "dm:", "leader_id", watch.key))
    session.expire_all()
    await session.refresh(watch)
    assert (watch.details.leader_id, watch.details.ticket) == ("UMAYA", NUMBER)


async def test_leader_watches_a_ticket_once_and_two_leaders_may_watch_the_same(
    session: AsyncSession, team: Team
) -> None:
    await add(session, team, "UMAYA")
    await add(session, team, "UTOM")
    assert await watches.add(session, team, "UMAYA", NUMBER, now=TUESDAY + DAY) is None
    await add(session, team, "UMAYA", "4712")

    assert await found(session, team, NUMBER) == ["UMAYA", "UTOM"]
    assert await found(session, team, NUMBER, "4712", "1") == ["UMAYA", "UTOM", "UMAYA"]
    assert await found(session, team, "1") == []


async def test_hashes_in_a_teams_ticket_watches_share_a_key_that_is_deleted_with_the_last_watch(
    session: AsyncSession, team: Team
) -> None:
    first, second = await add(session, team, "UMAYA"), await add(session, team, "UTOM")
    assert first.key == second.key
    assert (first.ticket, first.leader == second.leader) == (second.ticket, False)
    for each in (first, second):
        await session.delete(each)
    await session.flush()

    again = await add(session, team, "UMAYA")
    assert (again.key, again.ticket) != (first.key, first.ticket)


async def test_expired_ticket_watch_is_not_found_even_before_it_is_deleted(session: AsyncSession, team: Team) -> None:
    watch = await add(session, team, "UMAYA")

    assert await found(session, team, NUMBER, days=PERIOD.days) == ["UMAYA"]
    assert await found(session, team, NUMBER, days=PERIOD.days + 1) == []
    assert watch.ends_at.date() == watch.last_day + DAY


async def test_ticket_watch_is_found_only_by_the_leader_who_asked_for_it(session: AsyncSession, team: Team) -> None:
    watch = await add(session, team, "UMAYA")
    assert await watches.lock_own(session, "T1", "UMAYA", watch.id) is watch
    for workspace_id, leader_id, id in (("T1", "UTOM", watch.id), ("T2", "UMAYA", watch.id), ("T1", "UMAYA", 999)):
        with pytest.raises(Refusal):
            await watches.lock_own(session, workspace_id, leader_id, id)
    assert (await session.scalars(select(TicketWatch))).all() == [watch]


def test_status_of_a_watched_ticket_is_news_if_it_is_newer_and_different() -> None:
    details = WatchDetails(leader_id="UMAYA", ticket="7", card="dm:1", seen_until=TUESDAY, told="pending")

    def is_news(status: str, after: timedelta) -> bool:
        return details.is_news(Ticket("", "7", None, TUESDAY + after, status))

    assert is_news("Solved", timedelta(0))
    assert not is_news("Pending", timedelta(hours=1))
    assert not is_news("Solved", -timedelta(seconds=1))
