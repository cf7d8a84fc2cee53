"""Forged form payloads: recurrence rules and catalog texts that no form offers are refused."""

from datetime import datetime, time

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.rituals import queries
from bot.features.rituals.queries import Draft
from bot.org.teams import membership
from bot.org.teams.models import Member, Team
from bot.scheduler import recurrence

FORGED = [
    "FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=HOURLY", "freq=secondly", "FREQ=DAILY;BYHOUR=1,2,3",
    "FREQ=DAILY;BYSECOND=1,2", "FREQ=WEEKLY;BYDAY=FR;BYMINUTE=1",
]  # fmt: skip


async def lead_of(session: AsyncSession, team: Team) -> Member:
    member = await membership.member(session, team, "UMAYA")
    assert member
    return member


@pytest.mark.parametrize(
    "rule", [*FORGED, "", "x", "FREQ=YEARLY", "FREQ=DAILY;COUNT=1", "FREQ=WEEKLY;BYDAY=XX", "FREQ=MONTHLY;BYDAY=-5MO"]
)
async def test_recurrence_rule_that_no_form_can_produce_is_refused(
    session: AsyncSession, team: Team, rule: str
) -> None:
    ritual = await queries.find_ritual(session, team, "wins")
    before = ritual.rule
    with pytest.raises(Refusal):
        await queries.turn_on(session, await lead_of(session, team), ritual, rule, time(15))

    assert ritual.rule == before


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=MONTHLY;BYDAY=-1FR"])
async def test_recurrence_rule_produced_by_the_form_is_saved(session: AsyncSession, team: Team, rule: str) -> None:
    ritual = await queries.find_ritual(session, team, "wins")
    await queries.turn_on(session, await lead_of(session, team), ritual, rule, time(15))

    assert (ritual.rule, ritual.is_on) == (rule, True)


@pytest.mark.parametrize("slug", ["wins", "kickoff", "coffee"])
async def test_texts_of_a_ritual_in_the_catalog_cannot_be_rewritten(
    session: AsyncSession, team: Team, slug: str
) -> None:
    ritual = await queries.find_ritual(session, team, slug)
    with pytest.raises(Refusal):
        await queries.save_own_ritual(
            session, team, await lead_of(session, team), ritual, Draft("Mine", "Buy my boat", [])
        )

    assert not ritual.own


@pytest.mark.parametrize("rule", FORGED)
def test_scheduler_refuses_rules_that_recur_more_than_once_a_day(rule: str) -> None:
    wall = datetime(2026, 11, 17, 10)  # noqa: DTZ001
    with pytest.raises(ValueError, match="more often"):
        recurrence.next_after(rule, wall)
