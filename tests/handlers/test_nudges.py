"""Tests of nudges to leaders: delivery, snoozing, muting and answers by buttons."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.errors import Refusal
from bot.features.shoutouts.settings import Settings
from bot.nudges import answers
from bot.nudges.cards import MUTE
from bot.nudges.models import Nudge, NudgeState
from bot.org.teams.models import Team
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing, turn_off_weeks
from tests.harness import Json, Slack, World, eventually, opened
from tests.snapshots import Snapshots

pytestmark = pytest.mark.on_the_wire

LISBON = ZoneInfo("Europe/Lisbon")
MONDAY = datetime(2031, 3, 3, 10, tzinfo=UTC)


async def cards(slack: Slack, name: str = "tom") -> list[Json]:
    """Return the nudge cards of tom, a deputy without one-on-ones, whose nudges are all about thanks."""
    found = await slack.messages("bot", name)
    return [each for each in found if "thanked" in each["text"] and each.get("bot_id")]


def elements(message: Json) -> list[Json]:
    return [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]


async def of_tom(world: World) -> list[Nudge]:
    async with world.database.reading() as session:
        hers = select(Nudge).where(Nudge.person_id == "U0TOM00000")
        return list(await session.scalars(hers.order_by(Nudge.id)))


@pytest.fixture
async def morning(
    moments: Snapshots, tmp_path_factory: pytest.TempPathFactory, template: str | None
) -> AsyncIterator[World]:
    """Yield a world on a Tuesday at ten, after each leader got a morning card with a nudge about thanks only."""
    async with moments.resume(tmp_path_factory.mktemp("morning"), template, a_day, at=MONDAY) as world:
        await keep_only_jobs(world, "nudges", "shoutouts")
        yield world


async def a_day(world: World) -> None:
    await opt_out_of_shadowing(world)
    await turn_off_weeks(world)
    await world.move(timedelta(days=1))


async def press(world: World, action_id: str, value: str | None = None, *, nth: int = -1) -> Json:
    """Press a button of tom's nudge card."""
    message = (await cards(world.slack))[nth]
    return await world.slack.do(
        "actions", user="tom", channel="bot", ts=message["ts"], action_id=action_id, value=value
    )


async def the_card(world: World, words: str, *, nth: int = -1) -> Json:
    async def shows() -> Json | None:
        message = (await cards(world.slack))[nth]
        return message if words in str(message["blocks"]) else None

    found: Json = await eventually(shows)
    return found


async def test_each_leader_and_nobody_else_gets_one_nudge_card_in_the_morning(morning: World) -> None:
    said = {name: await cards(morning.slack, name) for name in ("tom", "grace", "ana")}

    assert {name: len(found) for name, found in said.items()} == {"tom": 1, "grace": 0, "ana": 0}
    (card,) = said["tom"]
    assert "One thing for today" in card["text"]
    assert "without thanks" in card["text"] or "Nobody has thanked" in card["text"]
    posted_at = datetime.fromtimestamp(float(card["ts"]), UTC)
    assert posted_at.astimezone(LISBON).strftime("%A %H:%M") == "Tuesday 09:00"


async def test_unanswered_nudge_is_repeated_after_a_week_and_not_the_next_morning(morning: World) -> None:
    await morning.move(timedelta(days=1))
    (first,) = await cards(morning.slack)

    await morning.move(timedelta(days=6))
    (again,) = await cards(morning.slack)
    assert again["ts"] != first["ts"], "the newer card replaces the older one"
    assert [row.state for row in await of_tom(morning)] == [NudgeState.IGNORED, NudgeState.SAID]


async def test_snoozed_nudge_is_sent_again_at_the_chosen_time(morning: World) -> None:
    (row,) = await of_tom(morning)
    await press(morning, "nudges:later", f"{row.id}:90")
    await the_card(morning, "Snoozed until Tuesday, 4 March at 11:30")

    await morning.move(timedelta(minutes=89))
    assert len(await cards(morning.slack)) == 1
    await morning.move(timedelta(minutes=2))
    assert len(await cards(morning.slack)) == 2
    (row,) = await of_tom(morning)
    assert (row.state, row.times) == (NudgeState.SAID, 2)


async def test_nudge_card_formats_dates_for_the_current_locale_of_its_reader(morning: World) -> None:
    (row,) = await of_tom(morning)
    await morning.slack.do("users", user="tom", locale="en-US")
    await morning.sandbox.settled()
    await press(morning, "nudges:later", f"{row.id}:90")
    await the_card(morning, "Snoozed until Tuesday, March 4 at 11:30 AM")

    await morning.slack.do("users", user="tom", locale="de-DE")
    await morning.move(timedelta(minutes=91))
    await press(morning, "nudges:later", f"{row.id}:90")
    await the_card(morning, "Snoozed until Tuesday, 4 March at 13:01")


async def test_nudge_snoozed_past_working_hours_is_sent_the_next_morning(morning: World) -> None:
    await morning.move(datetime(2031, 3, 4, 16, 30, tzinfo=UTC))
    (row,) = await of_tom(morning)
    await press(morning, "nudges:later", f"{row.id}:60")
    await morning.move(datetime(2031, 3, 5, 8, 59, tzinfo=UTC))
    assert len(await cards(morning.slack)) == 1

    await morning.move(datetime(2031, 3, 5, 9, 1, tzinfo=UTC))
    assert len(await cards(morning.slack)) == 2


async def test_nudge_can_be_snoozed_only_until_a_later_day(morning: World) -> None:
    (row,) = await of_tom(morning)
    await press(morning, "nudges:later", f"{row.id}:date")
    early = await morning.slack.submit("tom", until="2031-03-04")
    assert early.errors == {"until": "Pick a day after today."}
    await morning.slack.submit("tom", until="2031-03-06")
    await the_card(morning, "Snoozed until Thursday, 6 March at 09:00")

    await morning.move(datetime(2031, 3, 6, 9, 1, tzinfo=UTC))
    assert len(await cards(morning.slack)) == 2


async def test_nudge_cannot_be_snoozed_a_sixth_time(morning: World) -> None:
    for nth in range(5):
        (row,) = await of_tom(morning)
        await press(morning, "nudges:later", f"{row.id}:30")
        await morning.move(timedelta(minutes=31))
        assert len(await cards(morning.slack)) == nth + 2

    assert "nudges:later" not in [element["action_id"] for element in elements((await cards(morning.slack))[-1])]


async def test_not_this_time_button_declines_a_nudge(morning: World) -> None:
    (row,) = await of_tom(morning)
    await press(morning, "nudges:not_now", str(row.id))
    card = await the_card(morning, "Not this time.")

    assert not elements(card)
    (row,) = await of_tom(morning)
    assert row.state == NudgeState.DECLINED
    assert row.answered_at


async def test_nudge_explains_its_rule_and_its_kind_can_be_muted_and_unmuted(morning: World) -> None:
    (row,) = await of_tom(morning)
    await press(morning, "nudges:why", str(row.id))
    (view,) = await morning.slack.views("tom")
    assert "At most once a week, I tell its leaders" in str(view["blocks"])
    await morning.slack.submit("tom")
    await the_card(morning, "Muted. You can unmute it")
    await morning.move(timedelta(days=7))
    assert len(await cards(morning.slack)) == 1

    me = await morning.slack.command("tom", "me", word="/steward")
    assert "You've muted “people nobody has thanked lately”" in str(me.ack["blocks"])
    note = (await morning.slack.notes("tom"))[-1]
    await morning.slack.press("tom", "nudges:unmute", channel="harbour-support", ts=note["ts"])
    await morning.move(timedelta(days=1))
    assert len(await cards(morning.slack)) == 2


async def test_thank_button_of_a_nudge_suggests_the_person_who_has_waited_longest(morning: World) -> None:
    (row,) = await of_tom(morning)
    await press(morning, "shoutouts:see", str(row.id))
    (view,) = await morning.slack.views("tom")
    assert row.facts["people"][:1] == view["blocks"][0]["element"]["initial_users"]
    await morning.slack.submit("tom", reason="for the quiet evenings", receivers=row.facts["people"][:1])
    await the_card(morning, "Done.")

    (row,) = await of_tom(morning)
    assert row.state == NudgeState.DONE


async def test_unanswered_nudge_is_counted_in_steward_me(morning: World) -> None:
    await morning.move(timedelta(days=1))
    me = await morning.slack.command("tom", "me", word="/steward")

    assert "“people nobody has thanked lately”: once · 1 no answer" in str(me.ack["blocks"])


async def test_mute_button_of_steward_me_also_ends_the_snoozed_nudge_of_the_kind(morning: World) -> None:
    (row,) = await of_tom(morning)
    await press(morning, "nudges:later", f"{row.id}:90")
    await the_card(morning, "Snoozed")
    await morning.slack.command("tom", "me", word="/steward")
    note = (await morning.slack.notes("tom"))[-1]
    await morning.slack.press("tom", MUTE, channel="harbour-support", ts=note["ts"])
    await the_card(morning, "Muted. You can unmute it")

    await morning.move(timedelta(days=7))
    assert len(await cards(morning.slack)) == 1
    assert [row.state for row in await of_tom(morning)] == [NudgeState.MUTED]


async def test_nudge_cannot_be_answered_by_another_person(morning: World) -> None:
    (row,) = await of_tom(morning)
    async with morning.database.begin() as session:
        with pytest.raises(Refusal, match="That reminder has expired"):
            await answers.find_nudge(session, morning.workspace.id, "U0MAYA0000", row.id)


@pytest.fixture
async def listening(tmp_path: Path, left: str | None) -> AsyncIterator[World]:
    """Return a world whose team has turned on *Listen for thanks*."""
    async with opened(tmp_path, left) as world:
        async with world.database.begin() as session:
            for team in await session.scalars(select(Team)):
                Settings(listens=True).keep(team)
        yield world


async def test_only_the_author_of_informal_thanks_is_asked_whether_to_turn_them_into_a_shoutout(
    listening: World,
) -> None:
    slack = listening.slack
    posted = await slack.do("messages", user="ben", channel="harbour-support", text="thanks @ana that saved my day")
    (card,) = await eventually(lambda: cards(slack, "ben"))
    assert "You just thanked <@U0ANA00000>" in card["text"]
    assert not [note for note in await slack.messages("bot", "ana") if "just thanked" in note["text"]]

    make = next(each for each in elements(card) if each["action_id"] == "shoutouts:make")
    pressed = {"action_id": make["action_id"], "value": make["value"]}
    await slack.do("actions", user="ben", channel="bot", ts=card["ts"], **pressed)
    await slack.submit("ben", reason="for the quick answer")
    (told,) = await eventually(lambda: thanks_to_ana(slack))
    assert posted["ts"].replace(".", "") in str(told["blocks"])


async def thanks_to_ana(slack: Slack) -> list[Json]:
    return [each for each in await slack.messages("bot", "ana") if "quick answer" in each["text"]]


async def test_author_of_many_informal_thanks_gets_two_shoutout_offers_a_day(listening: World) -> None:
    for nth in range(4):
        await listening.slack.do("messages", user="ben", channel="harbour-support", text=f"thanks @ana for {nth}")
    await listening.sandbox.settled()
    await listening.move(timedelta(minutes=1))

    assert len(await cards(listening.slack, "ben")) == 2


async def test_informal_thanks_are_ignored_if_the_listening_setting_is_off(world: World) -> None:
    await world.slack.do("messages", user="ben", channel="harbour-support", text="thanks @ana that saved my day")
    await world.sandbox.settled()
    await world.move(timedelta(minutes=1))

    assert not await cards(world.slack, "ben")


@pytest.mark.long
async def test_channel_without_messages_for_a_week_gets_one_question(morning: World) -> None:
    async def asked() -> list[str]:
        return [text for text in await morning.slack.said("harbour-support", "ana") if "It's been quiet here" in text]

    await morning.move(timedelta(days=5))
    assert not await asked()
    await morning.move(timedelta(days=3))
    assert len(await asked()) == 1
    await morning.move(timedelta(days=8))
    assert len(await asked()) == 1
