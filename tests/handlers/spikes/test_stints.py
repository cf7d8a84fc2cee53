"""Tests of stints (a leader's time in a queue): how they start, end early and are extended."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.features.balance.models import TimeEntry
from bot.features.spikes.models import State
from bot.features.spikes.settings import Settings, SpikePreferences
from bot.messages import suggestions
from bot.messages.spikes import lists
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import dm, opt_out_of_shadowing, press, settled
from tests.handlers.spikes.drivers import ASKED, FIRING, MINUTE, asks, card, latest, queue, signal, stints, story
from tests.harness import World, opened
from tests.snapshots import Resume

QUEUES = ["phones", "live chat 2"]


async def test_stint_ends_at_the_planned_time_if_the_leader_does_not_answer(tuesday: World) -> None:
    await queue(tuesday, "maya", "join 15")
    await tuesday.move(16 * MINUTE)
    await dm(tuesday, "maya", "Still helping?")
    await tuesday.move(11 * MINUTE)

    (stint,) = await stints(tuesday)
    assert stint.ended_at == stint.until
    await dm(tuesday, "maya", "I've ended your time in the queue. Thanks! I've added 15 minutes to your `/balance`.")
    async with tuesday.database.reading() as session:
        assert list(await session.scalars(select(TimeEntry.minutes))) == [15]


async def test_leader_can_still_extend_a_stint_after_an_outage(resume: Resume, tmp_path: Path) -> None:
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await queue(world, "maya", "join 15")
        url = world.settings.database_url
    async with opened(tmp_path, url, at=TUESDAY_10 + 60 * MINUTE) as world:
        asked = await dm(world, "maya", "Still helping?")
        await world.move(5 * MINUTE)
        await press(world, "maya", asked, "spikes:longer_15")
        await settled(world)
        (stint,) = await stints(world)
        assert stint.ended_at is None
        await world.move(30 * MINUTE)
        (stint,) = await stints(world)
        assert stint.ended_at == stint.until


async def test_leader_can_extend_a_stint_and_end_it_early(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    await press(tuesday, "maya", await dm(tuesday, "maya", ASKED), "spikes:join_30")
    await settled(tuesday)
    await tuesday.move(31 * MINUTE)
    asked = await dm(tuesday, "maya", "Still helping with *phones*?")
    await press(tuesday, "maya", asked, "spikes:longer_30")
    await settled(tuesday)
    assert "is in the queue until 11:31" in await card(tuesday)
    there = await dm(tuesday, "maya", "You're in the *phones* queue until 11:31.")
    assert there["ts"] == asked["ts"]

    await tuesday.move(9 * MINUTE)
    await press(tuesday, "maya", there, "spikes:done")
    await settled(tuesday)
    await dm(tuesday, "maya", "I've added 40 minutes to your `/balance`.")
    assert (await latest(tuesday)).state == State.ASKING
    assert await asks(tuesday) == [("maya", "queue"), ("tom", "waiting")]


async def test_ask_is_withdrawn_when_another_leader_joins_without_being_asked(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    answer = await queue(tuesday, "tom", "join 20 phones")

    assert answer.text.startswith("You're in the *phones* queue until ")
    assert await asks(tuesday) == [("maya", "withdrawn")]
    await dm(tuesday, "maya", "Someone is already helping with *phones*.")
    again = await queue(tuesday, "tom", "join 20")
    assert again.text.startswith("You're already in the queue.")
    done = await queue(tuesday, "tom", "done")
    assert done.text == ":white_check_mark: Thanks for stepping in!"


async def test_helper_who_prefers_not_to_be_named_is_not_named_on_card_or_in_thread(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        maya = (await session.scalars(select(Person).where(Person.name == "maya"))).one()
        SpikePreferences(is_named=False).keep(maya)
    await signal(tuesday, FIRING, 42)
    await press(tuesday, "maya", await dm(tuesday, "maya", ASKED), "spikes:join_30")
    await settled(tuesday)
    await queue(tuesday, "ana", "calm phones")

    assert "A leader is in the queue for 30 min." in await story(tuesday)
    assert "MAYA" not in str([await card(tuesday), await story(tuesday)])


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("ana", "spike", "Name the queue, like `/queue spike phones`."),
        ("ana", "spike phons 42", lists.unknown_queue_name("phons", QUEUES, "spike", "phones", "42")),
        ("ana", "spike <!channel> 42", lists.unknown_queue_name("channel", QUEUES, "spike", None, "42")),
        ("ana", "calm", "As far as I know, no queue is over its limit."),
        ("ana", "join 30", "Joining the queue is for leaders."),
        ("maya", "join 3", "For how many minutes? Use a number from 5 to 240"),
        ("maya", "done", "You're not in a queue right now."),
        ("maya", "jion", suggestions.not_understood("/queue", "jion")),
        ("maya", "xyzzy", suggestions.not_understood("/queue", "xyzzy")),
    ],
)
async def test_invalid_queue_command_gets_a_refusal_or_a_suggestion(
    tuesday: World, name: str, text: str, answer: str
) -> None:
    async with tuesday.database.begin() as session:
        Settings(queues=QUEUES).keep((await session.scalars(select(Team))).one())

    assert (await queue(tuesday, name, text)).text.startswith(answer)


async def test_calm_command_needs_a_queue_name_if_there_are_several_spikes(tuesday: World) -> None:
    for text in ("spike phones 42 waiting", "spike live chat 7"):
        await queue(tuesday, "ana", text)

    assert (await queue(tuesday, "ana", "calm")).text.startswith("There's more than one: *phones*, *live chat*.")
    assert (await queue(tuesday, "ana", "calm phnes")).text == "Did you mean `/queue calm phones`?"
    assert "*live chat* is calm again" in (await queue(tuesday, "ana", "calm Live Chat")).text


async def test_agent_cannot_report_a_spike_if_the_team_allows_only_leaders_to(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        Settings(may_call=False).keep((await session.scalars(select(Team))).one())

    assert "only leaders can report a spike" in (await queue(tuesday, "ana", "spike phones 4")).text
    assert "*phones* is at 4," in (await queue(tuesday, "maya", "spike phones 4")).text


async def test_queue_name_with_markup_is_escaped_and_notifies_nobody(tuesday: World) -> None:
    await queue(tuesday, "ana", "spike <phones>&co 42 @channel")

    assert "*&lt;phones&gt;&amp;co* is at *42*, over its limit" in await card(tuesday)
    assert await tuesday.slack.messages("harbour-support", "ana")
    await tuesday.move(timedelta(seconds=5))
