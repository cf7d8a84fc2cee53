"""Delivery of nudges at each person's next good moment, which is computed again at the time of sending."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.org import people
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, Priority, State
from bot.slack.post import Post
from tests.absences import away
from tests.handlers.drivers import keep_only_jobs
from tests.harness import Mode, World, eventually
from tests.snapshots import Resume

pytestmark = pytest.mark.either

SATURDAY = datetime(2032, 3, 27, 12, tzinfo=UTC)
"""The Saturday before Lisbon's clocks go forward; those of New York and Kolkata do not change that night."""

THE_WEEK_BEFORE = datetime(2032, 3, 23, 10, tzinfo=UTC)

FIRST_MOMENTS: list[tuple[str, str, dict[str, Any], datetime]] = [
    ("eli", "America/New_York", {}, datetime(2032, 3, 29, 13, tzinfo=UTC)),
    ("fay", "Asia/Kolkata", {}, datetime(2032, 3, 29, 3, 30, tzinfo=UTC)),
    ("ana", "Europe/Lisbon", {}, datetime(2032, 3, 29, 8, tzinfo=UTC)),
    ("ben", "Australia/Lord_Howe", {}, datetime(2032, 3, 29, 22, tzinfo=UTC)),
    ("chidi", "Pacific/Apia", {}, datetime(2032, 3, 29, 20, tzinfo=UTC)),
    ("dina", "Europe/Lisbon", {"quiet": (time(22), time(11, 15))}, datetime(2032, 3, 29, 10, 15, tzinfo=UTC)),
    (
        "tom",
        "Europe/Lisbon",
        {"absences": away(datetime(2032, 3, 30, 13, tzinfo=UTC))},
        datetime(2032, 3, 30, 13, tzinfo=UTC),
    ),
]
"""Easter Monday is a holiday on Lord Howe (half an hour of summer time) and in Apia, but not in Lisbon and Kolkata."""


@pytest.fixture
async def world(resume: Resume, mode: Mode | None) -> AsyncIterator[World]:
    """Return a world without scheduled posts, in a year in which Lisbon's clocks change on Easter Sunday."""
    async with resume(at=THE_WEEK_BEFORE, mode=mode) as world:
        await keep_only_jobs(world)
        yield world


async def the_team(world: World) -> Team:
    async with world.database.reading() as session:
        return (await session.scalars(select(Team).where(Team.name == "harbour-support"))).one()


async def nudge(world: World, team: Team, to: Address, words: str, **more: Any) -> None:
    async with world.database.begin() as session:
        await outbox.put(
            session, Post(words), to=to, not_before=world.now, priority=Priority.NUDGE, hours_of=team, **more
        )


def sent_at(message: dict[str, str]) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC).replace(microsecond=0)


async def test_each_person_is_reached_at_their_next_good_moment(world: World) -> None:
    team = await the_team(world)
    await world.move(SATURDAY)
    ids = {}
    for name, zone, *_ in FIRST_MOMENTS:
        await world.slack.do("users", user=name, tz=zone)
    await world.sandbox.settled()
    async with world.database.begin() as session:
        kept = await session.get_one(Team, team.id)
        WorkingHoursSettings(country="PT").keep(kept)
        for name, zone, facts, _ in FIRST_MOMENTS:
            ids[name] = (await people.ids_by_name(session, team.workspace_id, [name]))[name]
            person = await people.fetch_person(session, team.workspace_id, ids[name])
            assert person.zone == zone
            person.absences = facts.get("absences", ())
            person.quiet_from, person.quiet_until = quiet_hours(facts.get("quiet"), person)
    for name, *_ in FIRST_MOMENTS:
        await nudge(world, team, Address(team.workspace_id, ids[name]), "A small reminder.")
    await world.move(timedelta(days=5))

    said = {
        name: [m for m in await world.slack.messages("bot", name) if m["text"] == "A small reminder."] for name in ids
    }
    assert {name: [sent_at(m) for m in found] for name, found in said.items()} == {
        name: [at] for name, _, _, at in FIRST_MOMENTS
    }


def quiet_hours(quiet: tuple[time, time] | None, person: Person) -> tuple[datetime | None, datetime | None]:
    """Return the quiet hours of the night that starts on Saturday, as Slack sends them."""
    if quiet is None:
        return None, None
    start, end = (
        datetime.combine(date(2032, 3, 27 + n), at, person.local(SATURDAY).tzinfo) for n, at in enumerate(quiet)
    )
    return start.astimezone(UTC), end.astimezone(UTC)


async def test_nudge_that_expires_before_the_next_good_moment_is_not_sent(world: World) -> None:
    team = await the_team(world)
    await world.move(SATURDAY)
    await nudge(
        world, team, Address(team.workspace_id, "U0ANA00000"), "Only today.", expires_at=SATURDAY + timedelta(hours=9)
    )
    await world.move(timedelta(days=3))

    assert await world.slack.said("bot", "ana") == []
    async with world.database.reading() as session:
        row = (
            await session.scalars(
                select(Outgoing).where(Outgoing.conversation == "U0ANA00000", Outgoing.team_id == team.id)
            )
        ).one()
    assert (row.state, row.reason, row.body) == (State.DROPPED, "expired", None)


async def test_note_from_a_colleague_is_sent_immediately(world: World) -> None:
    await world.move(SATURDAY)
    await world.slack.command("maya", "@ana for a Saturday shift")

    told = await eventually(lambda: world.slack.messages("bot", "ana"))
    assert sent_at(told[0]) - SATURDAY < timedelta(minutes=1)


async def test_post_in_the_team_channel_waits_for_the_teams_working_hours(world: World) -> None:
    team = await the_team(world)
    await world.move(SATURDAY)
    await nudge(world, team, team.channel, "For everyone.")
    await nudge(world, team, Address(team.workspace_id, "U0ANA00000"), "For ana.")
    async with world.database.begin() as session:
        (await people.fetch_person(session, team.workspace_id, "U0ANA00000")).absences = away(
            SATURDAY + timedelta(days=4)
        )
    await world.move(timedelta(days=2))

    (post,) = [m for m in await world.slack.messages("harbour-support", "ana") if m["text"] == "For everyone."]
    assert sent_at(post) == datetime(2032, 3, 29, 8, tzinfo=UTC)
    assert await world.slack.said("bot", "ana") == []


async def test_working_hours_are_checked_again_when_a_nudge_is_sent(world: World) -> None:
    """The person has gone away and moved to another zone since the nudge was written."""
    team = await the_team(world)
    await world.move(SATURDAY)
    await nudge(world, team, Address(team.workspace_id, "U0ANA00000"), "Still meant.")
    await world.slack.do("users", user="ana", tz="America/New_York")
    await world.slack.command("ana", "away until Tuesday", word="/steward")
    await world.move(timedelta(days=4))

    (note,) = await world.slack.messages("bot", "ana")
    assert sent_at(note) == datetime(2032, 3, 30, 13, tzinfo=UTC)


async def test_quiet_hours_are_stored_from_events_and_by_the_nightly_sync(world: World) -> None:
    async def quiet_until() -> str:
        async with world.database.reading() as session:
            ana = await people.fetch_person(session, world.workspace.id, "U0ANA00000")
        return f"{ana.local(ana.quiet_until):%H:%M}" if ana.quiet_until else "never"

    async def is_until(at: str) -> bool:
        return await quiet_until() == at

    await eventually(lambda: is_until("08:00"))
    await world.slack.do("users", user="ana", dnd={"from": "20:00", "until": "11:30"})
    await eventually(lambda: is_until("11:30"))
    async with world.database.begin() as session:
        await people.record_do_not_disturb(session, world.workspace.id, "U0ANA00000", None)
    await world.move(timedelta(days=1))

    assert await is_until("11:30")


async def test_invalid_zone_of_one_person_does_not_block_others(world: World) -> None:
    team = await the_team(world)
    await world.steward.sync.sync_due()
    async with world.database.begin() as session:
        (await people.fetch_person(session, team.workspace_id, "U0ANA00000")).zone = "Mars/Base"
    await nudge(world, team, Address(team.workspace_id, "U0ANA00000"), "For ana.")
    await nudge(world, team, Address(team.workspace_id, "U0BEN00000"), "For ben.")

    assert await eventually(lambda: world.slack.said("bot", "ben")) == ["For ben."]
    async with world.database.reading() as session:
        row = (await session.scalars(select(Outgoing).where(Outgoing.conversation == "U0ANA00000"))).one()
    assert (row.state, row.reason) == (State.FAILED, "hours cannot be read")


async def test_nudge_for_somebody_who_left_is_dropped(world: World) -> None:
    team = await the_team(world)
    await world.move(SATURDAY)
    await nudge(world, team, Address(team.workspace_id, "U0ANA00000"), "not for someone who has left")
    await world.slack.do("users", user="ana", deleted=True)
    await world.sandbox.settled()
    await world.move(timedelta(days=3))

    async with world.database.reading() as session:
        rows = await session.scalars(select(Outgoing).where(Outgoing.conversation == "U0ANA00000"))
        assert [(row.state, row.reason) for row in rows if row.priority == Priority.NUDGE][-1:] == [
            (State.DROPPED, "has_left")
        ]
