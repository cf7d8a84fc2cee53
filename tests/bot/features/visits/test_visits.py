"""Visits by a sponsor: offers, turns of hosts, and themes that are flagged or summed up per month."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.personal_data import RETENTION
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.escalation import models as escalation
from bot.escalation import queries as asks
from bot.features.visits import hosts, nudges
from bot.features.visits import themes as visits_themes
from bot.features.visits.hosts import HostPool
from bot.features.visits.models import Debrief, Sighting
from bot.features.visits.rules import DebriefAnswers
from bot.features.visits.settings import Settings
from bot.features.visits.themes import SeenTheme, select_shown
from bot.meetings import rules
from bot.meetings.models import Meeting, State
from bot.meetings.queries import load_pair
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.nudges.selection import Candidate
from bot.org import people
from bot.org.availability import slots, working_hours
from bot.org.availability.slots import Busy
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.scheduler.models import Occurrence
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows import visits
from bot.workflows.meetings import bookings
from schedules.visits import post_themes
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
LATER = TUESDAY + 8 * A_DAY


async def sponsored(session: AsyncSession, team: Team) -> Seat:
    """Make Eli the team's sponsor instead of an agent, and return the sponsor's seat."""
    team.sponsor_id = "UELI"
    await membership.remove_members(session, team, ["UELI"], now=TUESDAY)
    session.add(team)
    await session.flush()
    return Seat(await people.fetch_person(session, "T1", "UELI"), team, None)


async def crowd(session: AsyncSession, team: Team, now: datetime = LATER) -> HostPool:
    await session.flush()
    return await hosts.find_host_pool(session, team, now)


async def offered(session: AsyncSession, seat: Seat, now: datetime) -> list[Candidate]:
    await session.flush()
    return await nudges.find_offers(session, [seat], now)


async def asked(session: AsyncSession, seat: Seat, nth: int = 0, now: datetime = LATER) -> Meeting:
    who = await crowd(session, seat.team, now)
    return await visits.add_visit(session, who, seat.person, who.find_times(seat.person, now)[nth], now=now)


async def visited(session: AsyncSession, seat: Seat, themes: Sequence[str] = (), now: datetime = LATER) -> Meeting:
    """Hold a visit: request, accept and debrief it."""
    visit = await asked(session, seat, now=now)
    pair = await load_pair(session, visit)
    rules.accept(pair, visit, visit.attendee_id, now=now)
    said = DebriefAnswers(in_the_way="two logins" if themes else "", themes=themes)
    await visits.add_debrief(session, pair, visit, seat.person.id, said, now=visit.span[1])
    return visit


async def test_offered_times_are_in_the_working_hours_of_sponsor_and_host(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    who = await crowd(session, team)
    times = who.find_times(seat.person, LATER)

    assert len(times) == 3
    for at in times:
        pair = [working_hours.person_hours(seat.person, team), working_hours.person_hours(who.hosts[0], team)]
        assert slots.suits_everybody(pair, at, timedelta(minutes=45))


async def test_hosts_of_visits_take_turns_and_a_decline_counts_as_a_turn(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    first = await visited(session, seat)
    second = await asked(session, seat, now=LATER + 30 * A_DAY)
    assert {first.attendee_id, second.attendee_id} == {"UANA", "UBEN"}

    await bookings.decline(session, Actor("T1", second.attendee_id), second.id, now=LATER + 30 * A_DAY)
    assert (second.attendee_id, second.state) == (first.attendee_id, State.REQUESTED)
    asked_for = await asks.find_asks(session, escalation.Kind.VISIT, second)
    other = next(id for id in ("UANA", "UBEN") if id != first.attendee_id)
    assert [(each.person_id, each.state) for each in asked_for] == [
        (other, escalation.State.DECLINED), (first.attendee_id, escalation.State.WAITING),
    ]  # fmt: skip


async def test_host_of_a_canceled_visit_is_asked_first_next_time(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    first = await asked(session, seat)
    await bookings.cancel(session, Actor("T1", seat.person.id), first.id, now=LATER)
    (ask,) = await asks.find_asks(session, escalation.Kind.VISIT, first)
    second = await asked(session, seat, now=LATER + A_DAY)

    assert ask.state == escalation.State.WITHDRAWN
    assert second.attendee_id == first.attendee_id


async def test_only_the_sponsor_can_request_a_visit_and_only_one_at_a_time(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    who = await crowd(session, team)
    at = who.find_times(seat.person, LATER)[0]
    with pytest.raises(Refusal, match="Only the team's sponsor"):
        await visits.add_visit(session, who, await people.fetch_person(session, "T1", "UMAYA"), at, now=LATER)
    await visits.add_visit(session, who, seat.person, at, now=LATER)
    with pytest.raises(Refusal, match="already has a visit booked or requested"):
        await visits.add_visit(session, who, seat.person, at, now=LATER)


async def test_visit_request_at_a_time_when_the_sponsor_is_busy_is_refused(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    who = await crowd(session, team)
    at = who.find_times(seat.person, LATER)[0]
    elsewhere = Busy({seat.person.id}, (at, at + timedelta(minutes=30)))

    with pytest.raises(Refusal, match="You have something else at that time"):
        await visits.add_visit(session, replace(who, busy=[elsewhere]), seat.person, at, now=LATER)


async def test_sponsor_is_offered_a_visit_once_the_team_is_a_week_old(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    assert await offered(session, seat, TUESDAY + 6 * A_DAY) == []
    (offer,) = await offered(session, seat, LATER)
    assert len(offer.facts["times"]) == 3
    assert "UANA" not in str(offer.facts)

    maya = await people.fetch_person(session, "T1", "UMAYA")
    assert await offered(session, Seat(maya, team, Role.LEADER), LATER) == []


async def test_no_visit_is_offered_if_visits_are_paused_or_booked_or_nobody_can_host(
    session: AsyncSession, team: Team
) -> None:
    seat = await sponsored(session, team)
    await visits.set_paused(session, team, "UMAYA", paused=True, now=LATER)
    assert await offered(session, seat, LATER) == []
    with pytest.raises(Refusal, match="are paused"):
        await asked(session, seat)
    await visits.set_paused(session, team, "UMAYA", paused=False, now=LATER)
    visit = await asked(session, seat)
    assert await offered(session, seat, LATER) == []

    rules.cancel(visit, now=LATER)
    assert len(await offered(session, seat, LATER)) == 1
    for host in (await crowd(session, team)).hosts:
        ShadowingPreferences(asked=Asked.RATHER_NOT).keep(host)
    assert await offered(session, seat, LATER) == []


BESIDE = ["UANA", "UBEN", "UMAYA"]


async def see(session: AsyncSession, team: Team, theme: str, source: str, beside: str, now: datetime = LATER) -> None:
    await visits_themes.record_themes(session, team, [theme], source=source, agent_id=beside, now=now)


async def test_theme_seen_three_times_in_thirty_days_is_flagged_once(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    leader = Seat(await people.fetch_person(session, "T1", "UMAYA"), team, Role.LEADER)
    agent = Seat(await people.fetch_person(session, "T1", "UANA"), team, Role.AGENT)
    flagged = []
    for number in range(5):
        now = LATER + 3 * number * A_DAY
        for theme in ["tools", "time"][: 1 + number % 2]:
            await see(session, team, theme, f"meeting:9{number}", BESIDE[number % 3], now)
        flagged.append(await nudges.find_flagged_themes(session, [seat, leader, agent], now))

    assert [len(each) for each in flagged] == [0, 0, 2, 2, 2]
    assert {each.about for found in flagged for each in found} == {flagged[2][0].about}
    assert {each.seat.person.id for each in flagged[2]} == {"UELI", "UMAYA"}
    assert flagged[2][0].facts == {"theme": "tools", "times": 3, "within": 30}


@pytest.mark.parametrize(
    ("beside", "times"),
    [
        (["UANA"] * 9, []),
        (["UANA", "UBEN"] * 4, []),
        (["UANA", "UANA", "UBEN", "UMAYA"], [4]),
        (["UANA", "UBEN", "UMAYA"], [3]),
        (["UANA", "UBEN", "UMAYA", "UBEN"], [4]),
        (["UANA", "UBEN", "UMAYA", "UBEN", "UMAYA"], [5]),
    ],
)
async def test_theme_is_flagged_only_if_seen_on_visits_to_three_people(
    session: AsyncSession, team: Team, beside: list[str], times: list[int]
) -> None:
    seat = await sponsored(session, team)
    for number, agent in enumerate(beside):
        await see(session, team, "strain", f"meeting:9{number}", agent)

    assert [each.facts["times"] for each in await nudges.find_flagged_themes(session, [seat], LATER)] == times


async def test_theme_seen_rarely_or_in_a_single_visit_is_not_flagged(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    for number in range(6):
        await see(session, team, "tools", f"meeting:9{number}", BESIDE[number % 3], LATER + 16 * number * A_DAY)
        await visits_themes.record_themes(
            session, team, ["time", "time", "none"], source="meeting:91", agent_id=BESIDE[number % 3], now=LATER
        )

    assert await nudges.find_flagged_themes(session, [seat], LATER + 80 * A_DAY) == []
    assert len((await session.scalars(select(Sighting).where(Sighting.theme == "time"))).all()) == 1


A, B, C, D = (SeenTheme("tools", name) for name in "abcd")
OTHER = SeenTheme("time", "a")


@pytest.mark.parametrize(
    ("months", "counted"),
    [
        ([[A, B, C]], [("tools", 3)]),
        ([[A, A, B, C]], [("tools", 4)]),
        ([[A, B]], []),
        ([[A, A, A, A]], []),
        ([[A]], []),
        ([[A, B], [C]], [("tools", 3)]),
        ([[A, B], [A]], []),
        ([[A, B], [], [C]], []),
        ([[A], [B], [C]], []),
        ([[A, B], [C], [D]], []),
        ([[A, B, C], [D]], []),
        ([[A, B], [C], [C, D]], []),
        ([[A, B], [C], [A, B, C]], [("tools", 3)]),
        ([[OTHER, A, B, C]], [("tools", 3)]),
        ([[OTHER, A, B], [OTHER, C, SeenTheme("time", "b"), SeenTheme("time", "c")]], [("time", 4), ("tools", 3)]),
        ([[]], []),
    ],
)
def test_monthly_visit_summary_shows_only_themes_raised_by_at_least_three_people(
    months: list[list[SeenTheme]], counted: list[tuple[str, int]]
) -> None:
    assert select_shown(months) == counted


async def told_of_themes(session: AsyncSession) -> Sequence[Outgoing]:
    await session.flush()
    found = select(Outgoing).where(Outgoing.key.startswith("themes:"))
    return (await session.scalars(found.order_by(Outgoing.conversation))).all()


async def test_monthly_visit_summary_names_themes_but_no_people(
    session: AsyncSession, database: Database, team: Team
) -> None:
    seat = await sponsored(session, team)
    visit = await visited(session, seat, ["tools", "strain"])
    others = [each for each in BESIDE if each != visit.attendee_id]
    for number, agent in enumerate(others):
        await see(session, team, "tools", f"meeting:9{number}", agent, LATER - 20 * A_DAY + number * 25 * A_DAY)
    await post_themes(session, team, Occurrence(LATER + 20 * A_DAY, LATER))
    rows = await told_of_themes(session)

    assert [row.conversation for row in rows] == ["UELI", "UMAYA"]
    for row in rows:
        said = str(decrypt_payload(row, database.vault))
        assert visits_themes.theme_label("tools") in said
        assert visits_themes.theme_label("strain") not in said
        assert visit.attendee_id not in said
        assert "two logins" not in said


async def test_theme_of_a_single_visit_is_not_in_the_monthly_summary(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    await visited(session, seat, ["tools", "strain"])
    await post_themes(session, team, Occurrence(LATER + 20 * A_DAY, LATER))

    assert await told_of_themes(session) == []


async def test_no_visit_summary_is_posted_for_a_month_without_themes(session: AsyncSession, team: Team) -> None:
    await sponsored(session, team)
    await post_themes(session, team, Occurrence(LATER, TUESDAY))

    assert await told_of_themes(session) == []


async def test_visits_debriefs_and_themes_are_deleted_after_retention(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    await visited(session, seat, ["tools"])
    await session.flush()

    assert await personal_data.prune(session, "T1", now=LATER + RETENTION, limit=10) == 0
    assert await personal_data.prune(session, "T1", now=LATER + 30 * A_DAY + RETENTION, limit=10) == 1
    for table in (Meeting, Debrief, Sighting):
        assert (await session.scalars(select(table))).all() == []


async def test_threshold_for_flagging_a_theme_is_a_team_setting(session: AsyncSession, team: Team) -> None:
    seat = await sponsored(session, team)
    for number in range(5):
        Settings(times=5).keep(team)
        assert await nudges.find_flagged_themes(session, [seat], LATER) == []
        await see(session, team, "time", f"meeting:9{number}", BESIDE[number % 3])

    assert [each.facts["times"] for each in await nudges.find_flagged_themes(session, [seat], LATER)] == [5]


def test_stored_threshold_of_two_for_flagging_a_theme_is_raised_to_three(team: Team) -> None:
    team.settings = {"visits": {"times": 2}}

    assert Settings.of(team).times == 3
    with pytest.raises(ValidationError):
        Settings(times=2)
