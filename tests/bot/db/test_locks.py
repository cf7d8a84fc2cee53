"""The lock-order check, which fails any test that locks rows in the wrong order, on SQLite as on PostgreSQL."""

import pytest

from bot.db import locks
from bot.db.sessions import Database
from bot.org import people
from bot.org.channels import Channel
from bot.org.teams import membership
from bot.org.teams.models import Team
from tests.lock_order import WrongOrderError


async def test_locking_a_team_after_its_people_is_refused(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await people.lock_people(session, "T1", ["UANA"])
        with pytest.raises(WrongOrderError):
            await membership.lock_team(session, team.id)


async def test_locking_people_out_of_id_order_is_refused(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await people.lock_people(session, "T1", ["UMAYA", "UANA"])
        await people.fetch_person(session, "T1", "UANA", lock=True)
    async with database.begin() as session:
        await people.fetch_person(session, "T1", "UMAYA", lock=True)
        with pytest.raises(WrongOrderError):
            await people.lock_people(session, "T1", ["UMAYA", "UANA"])


async def test_lock_order_is_checked_separately_in_each_transaction(database: Database, team: Team) -> None:
    async with database.begin() as session:
        await people.lock_people(session, "T1", ["UMAYA"])
    async with database.begin() as session:
        await locks.lock_row(session, Channel, ("T1", "C1"))
        await membership.lock_team(session, team.id)
