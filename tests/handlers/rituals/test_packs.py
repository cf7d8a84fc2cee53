"""Tests of Customer Service Week, a pack of rituals that runs once a year or when a leader starts it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.features.rituals.models import Ritual, RunState
from bot.features.rituals.nudges import AHEAD
from bot.nudges.models import Nudge
from bot.org.teams.models import Team
from tests.handlers.drivers import dm, keep_only_jobs, opt_out_of_shadowing, press, settled, turn_off_rituals
from tests.handlers.rituals.drivers import LISBON, SUNDAY, channel, listing, local, press_listed, ritual_runs
from tests.handlers.spikes.drivers import FIRING, RESOLVED, signal
from tests.harness import Json, World, opened
from tests.snapshots import Resume

NAME = "Customer Service Week"
PARTS = ["thank you", "a customer story", "behind the scenes", "what we learned", "looking back"]
OCTOBER = ["Mon 6 10:30", "Tue 7 11:00", "Wed 8 11:30", "Thu 9 13:30", "Fri 10 14:00"]
MARCH = ["Tue 4 10:30", "Wed 5 11:00", "Thu 6 11:30", "Fri 7 13:30", "Mon 10 14:00"]


async def turn_on_only_the_pack(world: World) -> None:
    await opt_out_of_shadowing(world)
    await turn_off_rituals(world)
    await switch(world, is_on=True)


@pytest.fixture
async def september(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Sunday, eight days before Customer Service Week; the team has no other rituals."""
    async with resume(turn_on_only_the_pack, at=datetime(2031, 9, 28, 12, tzinfo=UTC)) as world:
        await keep_only_jobs(world, "rituals", "nudges")
        yield world


@pytest.fixture
async def march(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Sunday, seven months before Customer Service Week."""
    async with resume(turn_on_only_the_pack, at=SUNDAY) as world:
        await keep_only_jobs(world, "rituals")
        yield world


async def switch(world: World, *, is_on: bool, paused_until: date | None = None) -> None:
    async with world.database.begin() as session:
        for ritual in await session.scalars(select(Ritual).where(Ritual.slug.startswith("service_week"))):
            ritual.is_on, ritual.paused_until = is_on, paused_until


async def until(world: World, said: str) -> None:
    """Move to a time such as `2031-10-06 10:00` in Lisbon."""
    await world.move(datetime.fromisoformat(said).replace(tzinfo=LISBON))


async def came(world: World) -> list[tuple[str, str]]:
    """Return the posted rituals of the pack with their local times."""
    said = await world.slack.messages("harbour-support", "ana")
    theirs = [each for each in said if each["text"].startswith(f"{NAME}: ")]
    return [(f"{local(each):%a %-d %H:%M}", each["text"].split(": ")[1]) for each in theirs]


async def sheet(world: World, name: str = "maya") -> str:
    return str((await world.slack.views(name))[-1]["blocks"])


async def listed(world: World, name: str = "maya") -> str:
    return str((await listing(world, name)).ack["blocks"])


async def start(world: World, day: str) -> Json:
    """Open the form that starts the pack on a day, up to the step that shows its dates."""
    await press_listed(world, "maya", "rituals:start", NAME)
    return (await world.slack.submit("maya", day=day)).body


async def nudged(world: World) -> list[str]:
    async with world.database.reading() as session:
        return sorted(await session.scalars(select(Nudge.person_id).where(Nudge.kind == AHEAD)))


@pytest.mark.long
async def test_yearly_pack_of_rituals_runs_once_and_leaders_are_told_in_advance(september: World) -> None:
    await until(september, "2031-09-30 12:00")
    told = await dm(september, "maya", f"*{NAME}* runs in <#C0HARBOURS>, Mon 6 to Fri 10 Oct")
    assert "You don't need to prepare anything" in told["text"]
    await press(september, "maya", told, "rituals:pack_preview")
    assert "It's Customer Service Week" in await sheet(september)
    await press(september, "maya", told, "rituals:fine")
    await until(september, "2031-10-13 12:00")

    assert await came(september) == list(zip(OCTOBER, PARTS, strict=True))
    hosts = [each.host_id for _, each in await ritual_runs(september) if each.state == RunState.SAID]
    assert len(set(hosts)) == len(hosts) == 5
    assert None not in hosts
    assert await nudged(september) == ["U0MAYA0000", "U0TOM00000"], "those who lead, once each"


async def test_pack_of_rituals_is_one_list_entry_whose_preview_shows_all_its_rituals(september: World) -> None:
    told = await listed(september)
    assert told.count(f"*{NAME}*, first full week of October") == 1
    assert f"{NAME}: " not in told
    assert "Five small rituals, one a day; people take turns hosting.\\nNext: Mon 6 to Fri 10 Oct." in told
    theirs = await listed(september, "ana")
    assert "rituals:pack_preview" in theirs
    assert not [each for each in ("rituals:start", "rituals:pack_o") if each in theirs]

    await press_listed(september, "ana", "rituals:pack_preview", NAME)
    shown = await sheet(september, "ana")
    assert all(f"*{NAME}: {part}*" in shown.replace('"', "'").replace("\\'", "'") for part in PARTS)
    assert "Monday, 6 October at 10:30" in shown


@pytest.mark.long
async def test_pack_of_rituals_posts_nothing_while_it_is_off(september: World) -> None:
    await press_listed(september, "maya", "rituals:pack_off", NAME)
    assert "Off. If you turn it on, it next runs Mon 6 to Fri 10 Oct." in await listed(september)
    await until(september, "2031-10-06 12:00")
    assert (await came(september), await nudged(september)) == ([], [])

    await press_listed(september, "maya", "rituals:pack_on", NAME)
    await until(september, "2031-10-13 12:00")
    assert [at for at, _ in await came(september)] == OCTOBER[1:]


@pytest.mark.long
async def test_paused_pack_of_rituals_posts_nothing(september: World) -> None:
    await switch(september, is_on=True, paused_until=date(2031, 11, 1))
    await until(september, "2031-10-13 12:00")

    assert (await came(september), await nudged(september)) == ([], [])


@pytest.mark.long
async def test_open_spike_postpones_a_ritual_of_the_pack_to_later_that_day(september: World) -> None:
    await until(september, "2031-10-07 10:50")
    await signal(september, FIRING, 42)
    await until(september, "2031-10-07 11:20")
    await signal(september, RESOLVED)
    await until(september, "2031-10-07 12:00")

    assert [at for at, _ in await came(september)] == ["Mon 6 10:30", "Tue 7 11:30"]
    assert not await channel(september, "on hold during the spike")


@pytest.mark.long
async def test_holiday_moves_a_ritual_of_the_pack_within_the_week(resume: Resume) -> None:
    """In 2032, Portugal's Republic Day is a Tuesday."""
    async with resume(turn_on_only_the_pack, at=datetime(2032, 10, 3, 12, tzinfo=UTC)) as world:
        async with world.database.begin() as session:
            team = (await session.scalars(select(Team))).one()
            team.settings = {**team.settings, "hours": {"country": "PT"}}
        moved = ["Mon 4 10:30", "Wed 6 11:00", "Wed 6 11:30", "Thu 7 13:30", "Fri 8 14:00"]
        await until(world, "2032-10-11 12:00")

        assert await came(world) == list(zip(moved, PARTS, strict=True))


@pytest.mark.long
async def test_pack_of_rituals_started_by_a_leader_runs_once_on_five_working_days(march: World) -> None:
    body = await start(march, "2031-03-04")
    assert "Tuesday, 4 March at 10:30" in str(body)
    assert "Monday, 10 March at 14:00" in str(body)
    assert "Extra run" not in await listed(march), "nothing counts yet"
    await march.slack.submit("maya")
    assert "*Customer Service Week* is planned." in await sheet(march)
    assert "Next: Mon 6 to Fri 10 Oct.\\nExtra run: Tue 4 to Mon 10 Mar." in await listed(march)
    again = await start(march, "2031-03-07")
    assert "already planned for Fri 7 to Mon 10 Mar." in str(again)
    await until(march, "2031-03-15 12:00")

    assert await came(march) == list(zip(MARCH, PARTS, strict=True))
    hosts = [each.host_id for _, each in await ritual_runs(march)]
    assert len(set(hosts)) == len(hosts) == 5
    assert None not in hosts
    assert "Extra run" not in await listed(march)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2031-02-28", "would be in the past"),
        ("2032-05-01", "more than a year ahead"),
        ("2031-10-08", "already planned for Wed 8 to Fri 10 Oct."),
    ],
)
async def test_invalid_start_day_of_a_ritual_pack_shows_an_error(march: World, day: str, told: str) -> None:
    await press_listed(march, "maya", "rituals:start", NAME)

    assert told in (await march.slack.submit("maya", day=day)).errors["day"]


@pytest.mark.long
async def test_leader_can_start_a_pack_of_rituals_that_is_off_and_cancel_it(march: World) -> None:
    await press_listed(march, "maya", "rituals:pack_off", NAME)
    await start(march, "2031-03-04")
    await march.slack.submit("maya")
    await until(march, "2031-03-05 12:00")
    assert [at for at, _ in await came(march)] == MARCH[:2]
    assert "Off. If you turn it on" in await listed(march)

    await press_listed(march, "maya", "rituals:pack_off", NAME)
    await start(march, "2031-03-10")
    await march.slack.submit("maya")
    await until(march, "2031-03-17 12:00")
    later = ["Mon 10 10:30", "Tue 11 11:00", "Wed 12 11:30", "Thu 13 13:30", "Fri 14 14:00"]
    assert [at for at, _ in await came(march)] == [*MARCH[:2], *later]


@pytest.mark.long
async def test_pack_of_rituals_started_by_a_leader_in_its_yearly_week_runs_only_once(september: World) -> None:
    await press_listed(september, "maya", "rituals:pack_off", NAME)
    await start(september, "2031-10-06")
    await september.slack.submit("maya")
    await press_listed(september, "maya", "rituals:pack_on", NAME)
    await until(september, "2031-10-13 12:00")

    assert await came(september) == list(zip(OCTOBER, PARTS, strict=True))


async def test_pack_of_rituals_started_by_a_leader_skips_a_holiday(march: World) -> None:
    """In 2031, Good Friday is on 11 April."""
    async with march.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        team.settings = {**team.settings, "hours": {"country": "PT"}}
    await press_listed(march, "maya", "rituals:start", NAME)
    body = (await march.slack.submit("maya", day="2031-04-09")).body

    shown = [f"{day} April" for day in (9, 10, 14, 15, 16)]
    assert all(day in str(body) for day in shown)
    assert "11 April" not in str(body)


async def test_only_leaders_can_change_a_pack_of_rituals(march: World) -> None:
    await listing(march, "maya")
    await settled(march)
    note = (await march.slack.notes("maya"))[-1]
    await march.slack.command("ana", "rituals", word="/funtank")
    theirs = (await march.slack.notes("ana"))[-1]
    for action in ("rituals:pack_off", "rituals:start"):
        await press(march, "ana", {**theirs, "blocks": note["blocks"]}, action)
        await settled(march)

    assert not await march.slack.views("ana")
    assert f"*{NAME}*, first full week of October" in await listed(march)


@pytest.mark.long
async def test_restarts_during_a_pack_of_rituals_neither_lose_nor_repeat_a_ritual(
    resume: Resume, tmp_path: Path
) -> None:
    async with resume(turn_on_only_the_pack, at=datetime(2031, 10, 5, 12, tzinfo=UTC)) as world:
        await until(world, "2031-10-08 11:30")
    url = world.settings.database_url
    async with opened(tmp_path, url) as world:
        await until(world, "2031-10-09 09:00")
    async with opened(tmp_path, url) as world:
        await until(world, "2031-10-13 12:00")

        assert await came(world) == list(zip(OCTOBER, PARTS, strict=True))
