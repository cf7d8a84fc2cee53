"""Tests of the time at which a quiz answer is posted, also after spikes, restarts and outages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.handlers.drivers import opt_out_of_shadowing
from tests.handlers.rituals.drivers import SUNDAY, channel, local, press_listed, until
from tests.handlers.rituals.quiz import TEN_PAST, answered, card, shown, thread, turned_on
from tests.handlers.spikes.drivers import FIRING, RESOLVED, signal
from tests.harness import World, opened
from tests.snapshots import Resume


async def test_quiz_question_delayed_by_a_spike_still_gets_its_answer(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, "4 March 11:20")
    await signal(sunday, FIRING, 42)
    await until(sunday, "4 March 12:10")
    assert len(await channel(sunday, "*Trivia*: on hold during the spike")) == 1
    await signal(sunday, RESOLVED)
    await until(sunday, "4 March 14:45")
    assert f"{local(await card(sunday)):%H:%M}" == "12:30"
    assert await shown(sunday, "choices"), "three hours from when it came"
    await until(sunday, "4 March 15:35")

    assert await shown(sunday, "answer")


async def test_answer_to_a_late_quiz_question_is_posted_the_next_morning(sunday: World) -> None:
    await turned_on(sunday)
    await press_listed(sunday, "maya", "rituals:change", "trivia")
    await sunday.slack.submit("maya", often="every week", weekday="1", at="16:30")
    await sunday.slack.submit("maya")
    await until(sunday, "5 March 8:55")
    assert await shown(sunday, "choices")
    await until(sunday, "5 March 9:05")

    assert await shown(sunday, "answer")


async def test_quiz_answer_is_posted_half_an_hour_before_the_working_day_ends(sunday: World) -> None:
    await turned_on(sunday)
    await press_listed(sunday, "maya", "rituals:change", "trivia")
    await sunday.slack.submit("maya", often="every week", weekday="1", at="14:10")
    await sunday.slack.submit("maya")
    await until(sunday, "4 March 16:25")
    assert await shown(sunday, "choices")
    await until(sunday, "4 March 16:35")

    assert await shown(sunday, "answer")


@pytest.mark.parametrize("back", ["4 March 12:00", "6 March 3:00"])
@pytest.mark.long
async def test_quiz_answer_is_on_the_card_after_a_restart_or_an_outage(
    resume: Resume, tmp_path: Path, back: str
) -> None:
    """After an outage of two days, the late answer is on the card that morning."""
    async with resume(opt_out_of_shadowing, at=SUNDAY) as world:
        await turned_on(world)
        await until(world, TEN_PAST)
        await answered(world, "ana", "ben", "maya")
    later = datetime.strptime(f"2031 {back}", "%Y %d %B %H:%M").replace(tzinfo=UTC)
    async with opened(tmp_path, world.settings.database_url, at=later) as world:
        await until(world, "6 March 9:10")
        assert "All 3 who answered knew it." in await shown(world, "answer")
        assert await thread(world) == []


async def test_quiz_question_posted_late_stays_open_for_the_usual_time(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, "4 March 11:29")
    await sunday.slack.do("faults", method="chat.postMessage", status=503, times=1000)
    await until(sunday, "4 March 12:40")
    await sunday.slack.do("faults", clear=True)
    await until(sunday, "4 March 14:40")
    assert await shown(sunday, "choices")
    await until(sunday, "4 March 16:35")

    assert await shown(sunday, "answer")


@pytest.mark.long
async def test_quiz_question_that_was_never_posted_gets_no_answer(sunday: World) -> None:
    await turned_on(sunday)
    await until(sunday, "4 March 11:29")
    await sunday.slack.do("faults", method="chat.postMessage", status=503, times=10000)
    await until(sunday, "5 March 0:10")
    await sunday.slack.do("faults", clear=True)
    await until(sunday, "5 March 9:30")

    assert not await channel(sunday, "Trivia")
