"""Tests of asks (requests to leaders to help with a spike): who is asked, in which order, and how asks end."""

from datetime import timedelta

from sqlalchemy import select

from bot.features.spikes.models import State
from bot.features.spikes.settings import Ready, SpikePreferences
from bot.org.people import Person
from bot.org.teams.models import Member, Role
from tests.absences import away
from tests.handlers.drivers import dm, press, settled
from tests.handlers.spikes.drivers import (
    ASKED,
    FIRING,
    MINUTE,
    RESOLVED,
    asks,
    both_press,
    card,
    latest,
    nobody_can_come,
    queue,
    signal,
    stints,
    story,
)
from tests.harness import World


async def choose(world: World, name: str, own: SpikePreferences) -> None:
    async with world.database.begin() as session:
        own.keep((await session.scalars(select(Person).where(Person.name == name))).one())


async def be_away(world: World, name: str) -> None:
    async with world.database.begin() as session:
        person = (await session.scalars(select(Person).where(Person.name == name))).one()
        person.absences = away(world.now + timedelta(days=1))


async def hold_edits(world: World) -> None:
    """Delay edits of messages, so that outdated buttons can still be pressed."""
    await world.slack.do("faults", method="chat.update", status=429, retry_after=1200)


async def lead_too(world: World, name: str) -> None:
    async with world.database.begin() as session:
        person = (await session.scalars(select(Person).where(Person.name == name))).one()
        member = (await session.scalars(select(Member).where(Member.user_id == person.id))).one()
        member.role = Role.LEADER


async def test_next_leader_is_asked_if_an_ask_could_not_be_sent(tuesday: World) -> None:
    """Slack refuses first the card and then the ask."""
    refused = {"method": "chat.postMessage", "error": "restricted_action", "times": 2}
    await tuesday.slack.do("faults", **refused)
    await signal(tuesday, FIRING, 42)
    await tuesday.move(2 * MINUTE)

    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]


async def test_channel_is_told_once_if_no_leader_answers_an_ask_within_five_minutes(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    await tuesday.move(4 * MINUTE)
    assert await asks(tuesday) == [("maya", "waiting")]
    await tuesday.move(2 * MINUTE)
    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]
    expired = await dm(tuesday, "maya", "My request for help with *phones* has expired")
    assert "actions" not in [block["type"] for block in expired["blocks"]]

    await tuesday.move(5 * MINUTE)
    assert await asks(tuesday) == [("maya", "expired"), ("tom", "expired")]
    assert await nobody_can_come(tuesday) == 1
    await tuesday.move(timedelta(minutes=60))
    assert await nobody_can_come(tuesday) == 1
    assert await story(tuesday) == []
    assert len(await asks(tuesday)) == 2


async def test_next_leader_is_asked_immediately_after_a_decline_that_nobody_sees(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    await press(tuesday, "maya", await dm(tuesday, "maya", ASKED), "spikes:cannot")
    await settled(tuesday)

    assert await asks(tuesday) == [("maya", "declined"), ("tom", "waiting")]
    assert await card(tuesday) == ":rotating_light: *phones* is at *42*, over its limit. I'm asking a leader to help."
    await dm(tuesday, "maya", "No problem. I'll ask someone else.")
    assert "maya" not in str([await story(tuesday), await dm(tuesday, "tom", ASKED)]).lower()


async def test_leader_who_is_away_is_not_asked_about_a_spike(tuesday: World) -> None:
    await be_away(tuesday, "maya")
    await signal(tuesday, FIRING, 42)

    assert await asks(tuesday) == [("tom", "waiting")]


async def test_leader_is_asked_in_the_morning_if_a_spike_starts_out_of_hours(tuesday: World) -> None:
    await tuesday.move(tuesday.now.replace(hour=8, minute=20) + timedelta(days=1))
    await signal(tuesday, FIRING, 42)
    assert await asks(tuesday) == []
    assert await nobody_can_come(tuesday) == 1

    await tuesday.move(50 * MINUTE)
    assert (await asks(tuesday))[0][0] == "maya"
    assert await nobody_can_come(tuesday) == 1


async def test_leader_who_only_shadows_is_not_asked_to_answer_customers(tuesday: World) -> None:
    await choose(tuesday, "maya", SpikePreferences(ready=Ready.SHADOW_ONLY))
    await signal(tuesday, FIRING, 42)
    asked = await dm(tuesday, "maya", "Can you sit with an agent for a while?")
    assert "spikes:join" not in str(asked)
    await press(tuesday, "maya", asked, "spikes:shadow")
    await settled(tuesday)

    assert "<@U0MAYA0000> is sitting with one of you until" in await card(tuesday)
    refused = await queue(tuesday, "maya", "join 30")
    assert refused.text.startswith("You've chosen to shadow rather than answer customers.")


async def test_leader_who_answers_customers_is_asked_before_a_leader_who_only_shadows(tuesday: World) -> None:
    await lead_too(tuesday, "ben")
    await choose(tuesday, "maya", SpikePreferences(ready=Ready.SHADOW_ONLY))
    await signal(tuesday, FIRING, 42)

    assert await asks(tuesday) == [("ben", "waiting")]


async def test_leader_who_declined_is_asked_once_more_when_the_spike_grows_by_half(tuesday: World) -> None:
    await be_away(tuesday, "tom")
    await signal(tuesday, FIRING, 40)
    await press(tuesday, "maya", await dm(tuesday, "maya", ASKED), "spikes:cannot")
    await signal(tuesday, FIRING, 59)
    assert await asks(tuesday) == [("maya", "declined")]
    await signal(tuesday, FIRING, 60)
    assert await asks(tuesday) == [("maya", "declined"), ("maya", "waiting")]
    assert "*phones* is now at 60." in await story(tuesday)

    await press(tuesday, "maya", await dm(tuesday, "maya", ASKED), "spikes:cannot")
    await signal(tuesday, FIRING, 200)
    assert len(await asks(tuesday)) == 2


async def test_only_one_of_two_leaders_who_accept_at_the_same_time_joins_the_spike(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    mayas = await dm(tuesday, "maya", ASKED)
    await hold_edits(tuesday)
    await tuesday.move(6 * MINUTE)
    toms = await dm(tuesday, "tom", ASKED)
    await both_press(tuesday, ("tom", toms, "spikes:join_15"), ("maya", mayas, "spikes:join_30"))

    (stint,) = await stints(tuesday)
    other = "tom" if stint.person_id == "U0MAYA0000" else "maya"
    assert (await latest(tuesday)).state == State.COVERED
    assert sorted(state == "queue" for _, state in await asks(tuesday)) == [False, True]
    await tuesday.move(20 * MINUTE)
    assert "Someone else has just joined" in str(await tuesday.slack.messages("bot", other))


async def test_leader_who_accepts_an_ask_after_the_spike_has_ended_is_thanked(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    asked = await dm(tuesday, "maya", ASKED)
    await hold_edits(tuesday)
    await signal(tuesday, RESOLVED)
    await tuesday.move(3 * MINUTE)
    await press(tuesday, "maya", asked, "spikes:join_30")
    await settled(tuesday)

    assert await stints(tuesday) == []
    await tuesday.move(20 * MINUTE)
    assert "It's already calm again. Thanks for stepping in!" in str(await tuesday.slack.messages("bot", "maya"))


async def test_ask_expires_five_minutes_after_slack_posted_it(tuesday: World) -> None:
    await tuesday.slack.do("faults", method="chat.postMessage", status=429, retry_after=240)
    await signal(tuesday, FIRING, 42)
    await tuesday.move(8 * MINUTE)
    assert await asks(tuesday) == [("maya", "waiting")]
    await tuesday.move(3 * MINUTE)

    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]


async def test_two_simultaneous_spikes_ask_different_leaders(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    await signal(tuesday, FIRING, 12, queue="chat")

    assert await asks(tuesday) == [("maya", "waiting"), ("tom", "waiting")]
