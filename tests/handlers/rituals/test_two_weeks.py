"""Tests of two weeks of rituals: each default ritual is posted once, on its day, with a different host."""

from datetime import date

import pytest

from bot.features.rituals.models import RunState
from tests.handlers.drivers import dm, opt_out_of_shadowing, settled
from tests.handlers.rituals.drivers import SUNDAY, channel, press_listed, ritual_runs, said, until
from tests.handlers.spikes.drivers import FIRING, RESOLVED, signal
from tests.harness import World
from tests.snapshots import Resume

PLAN = ["Monday kick-off", "Question of the day", "Friday wins"]


@pytest.mark.long
async def test_default_rituals_are_posted_exactly_once_on_their_days_with_different_hosts(resume: Resume) -> None:
    """The team also gets everything else that the bot sends in two weeks."""
    async with resume(opt_out_of_shadowing, at=SUNDAY) as world:
        await until(world, "15 March 12:00")
        came, hosted = await said(world), await ritual_runs(world)

    assert [(at, message["text"].partition(":")[0]) for at, message in came] == [
        ("Mon 3 09:30", "Monday kick-off"),
        ("Wed 5 10:00", "Question of the day"),
        ("Fri 7 15:00", "Friday wins"),
        ("Mon 10 09:30", "Monday kick-off"),
        ("Wed 12 10:00", "Question of the day"),
        ("Fri 14 15:00", "Friday wins"),
    ]
    hosts = [occasion.host_id for _, occasion in hosted if occasion.state == RunState.SAID]
    assert len(hosts) == len(set(hosts)) == 6, "each has another host"
    assert all(f"Hosted by <@{host}>." in str(message) for host, (_, message) in zip(hosts, came, strict=True))
    prompts = [occasion.prompt for _, occasion in hosted]
    assert len(set(prompts)) == len(prompts)


async def test_host_of_a_ritual_is_asked_the_working_day_before(sunday: World) -> None:
    await until(sunday, "7 March 12:00")

    (asked,) = [occasion for ritual, occasion in await ritual_runs(sunday) if occasion.day == date(2031, 3, 10)]
    name = str(asked.host_id)[2:].rstrip("0").lower()
    told = await dm(sunday, name, "to host *Monday kick-off*")
    assert "Monday, 10 March at " in told["text"]
    assert "about 3 minutes" in told["text"]


@pytest.mark.long
async def test_open_spike_postpones_a_ritual_to_later_that_day(sunday: World) -> None:
    await until(sunday, "5 March 9:50")
    await signal(sunday, FIRING, 42)
    await until(sunday, "5 March 10:40")
    assert len(await channel(sunday, "*Question of the day*: on hold during the spike")) == 1
    assert [at for at, _ in await said(sunday)] == ["Mon 3 09:30"]

    await signal(sunday, RESOLVED)
    await until(sunday, "5 March 11:10")

    came = [at for at, message in await said(sunday) if message["text"].startswith("Question of the day")]
    assert came == ["Wed 5 11:00"]
    assert not await channel(sunday, "on hold during the spike")


@pytest.mark.long
async def test_spike_that_lasts_all_day_cancels_a_ritual(sunday: World) -> None:
    await until(sunday, "5 March 9:50")
    for hour in range(10, 18):
        await signal(sunday, FIRING, 42)
        await until(sunday, f"5 March {hour}:50")
    await signal(sunday, RESOLVED)
    await settled(sunday)

    (line,) = await channel(sunday, "*Question of the day*")
    assert line.endswith(": skipped because of the spike. Next time: Wednesday, 12 March.")
    await until(sunday, "13 March 12:00")
    came = [at for at, message in await said(sunday) if message["text"].startswith("Question of the day: ")]
    assert came == ["Wed 12 10:00"]


@pytest.mark.long
async def test_paused_ritual_is_not_posted_until_the_pause_ends(sunday: World) -> None:
    await press_listed(sunday, "maya", "rituals:pause", "question")
    await sunday.slack.submit("maya", day="2031-03-06")
    await until(sunday, "13 March 12:00")

    came = [at for at, message in await said(sunday) if message["text"].startswith("Question of the day")]
    assert came == ["Wed 12 10:00"]
    assert [occasion.day for ritual, occasion in await ritual_runs(sunday) if ritual.slug == "question"] == [
        date(2031, 3, 12)
    ]
