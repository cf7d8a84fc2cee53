"""Cards of a one-on-one: at most one has buttons, and invitations and the reminder are replies in its thread."""

from datetime import timedelta

import pytest

from bot.meetings.models import Meeting
from tests.handlers.drivers import button, dm, press, settled
from tests.handlers.one_on_ones.drivers import planned
from tests.harness import Json, World

MAYA = "U0MAYA0000"
PLANNED, ASKED = ":calendar: Booked", "Did you have your one-on-one"


async def cards(world: World, name: str, meeting: Meeting) -> list[Json]:
    """Return a person's messages about a meeting, with and without buttons, except replies in threads."""
    other = f"<@{meeting.other(MAYA if name == 'maya' else meeting.attendee_id)}>"
    said = await world.slack.messages("bot", name)
    return [each for each in said if other in each["text"] and "'nudge_" not in str(each["blocks"])]


def live(messages: list[Json]) -> list[str]:
    """Return the texts of the messages that have buttons."""
    return [each["text"] for each in messages if "'actions'" in str(each["blocks"])]


async def replies(world: World, name: str, card: Json) -> list[Json]:
    query = {"channel": "bot", "as": name, "user": name, "thread_ts": card["ts"]}
    return list((await world.slack.look("messages", **query))["messages"][1:])


async def test_invitation_is_a_reply_to_the_one_on_one_card_that_mentions_its_reader(monday: World) -> None:
    meeting, agent = await planned(monday)

    for name, id in (("maya", MAYA), (agent, meeting.attendee_id)):
        (card,) = await cards(monday, name, meeting)
        (reply,) = await replies(monday, name, card)
        assert reply["files"][0]["name"] == "one-on-one.ics"
        assert reply["text"].startswith(f"<@{id}>, ")
        assert "\n" not in reply["text"]


async def test_move_and_cancellation_of_a_one_on_one_are_announced_in_the_cards_thread(monday: World) -> None:
    meeting, agent = await planned(monday)
    await press(monday, agent, await dm(monday, agent, PLANNED), "one_on_ones:move")
    await monday.slack.submit(agent, day="2031-03-07", time="11:00")
    await settled(monday)
    await press(monday, "maya", await dm(monday, "maya", PLANNED), "meetings:cancel")
    await settled(monday)

    for name in ("maya", agent):
        (card,) = await cards(monday, name, meeting)
        assert len([each for each in await replies(monday, name, card) if each.get("files")]) == 3
        assert bool(live([card])) == (name == "maya")  # to book it again


async def test_invitation_is_a_reply_to_a_new_card_if_somebody_deleted_the_old_card(monday: World) -> None:
    meeting, agent = await planned(monday)
    card = await dm(monday, "maya", PLANNED)
    await monday.slack.do("messages/delete", channel=f"D{MAYA[1:]}", ts=card["ts"], bot_id="B0STEWARD0")
    await press(monday, agent, await dm(monday, agent, PLANNED), "meetings:cancel")
    await monday.move(timedelta(minutes=1))

    (anew,) = [each for each in await cards(monday, "maya", meeting) if "cancelled" in each["text"]]
    assert anew["ts"] != card["ts"]
    (reply,) = await replies(monday, "maya", anew)
    assert reply["files"]


async def test_reminder_of_a_one_on_one_is_a_threaded_reply_that_mentions_its_reader(monday: World) -> None:
    meeting, agent = await planned(monday)
    await monday.move(meeting.starts_at - timedelta(hours=1, minutes=59))

    for name, id in (("maya", MAYA), (agent, meeting.attendee_id)):
        (card,) = await cards(monday, name, meeting)
        *_, reminder = await replies(monday, name, card)
        assert reminder["text"].startswith(":hourglass:")
        assert f"<@{id}>" in reminder["text"]
        assert live([reminder]) == []


async def test_card_of_a_one_on_one_becomes_one_line_when_its_outcome_is_asked_for(monday: World) -> None:
    meeting, _ = await planned(monday)
    await monday.move(meeting.span[1] + timedelta(hours=2, minutes=1))

    older, question = await cards(monday, "maya", meeting)
    assert ASKED in question["text"]
    assert len(older["blocks"]) == 1
    assert live([older, question]) == [question["text"]]


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("one_on_ones:met", ["one_on_ones:propose", "one_on_ones:open"]),
        ("meetings:missed", ["one_on_ones:propose"]),
        ("one_on_ones:skipped", []),
    ],
)
async def test_outcome_of_a_one_on_one_is_shown_only_on_the_card_that_asked_for_it(
    monday: World, answer: str, left: list[str]
) -> None:
    meeting, _ = await planned(monday)
    await monday.move(meeting.span[1] + timedelta(hours=2, minutes=1))
    await press(monday, "maya", await dm(monday, "maya", ASKED), answer)
    await settled(monday)

    older, outcome = await cards(monday, "maya", meeting)
    assert live([older]) == []
    assert len(older["blocks"]) == 1
    assert [button(outcome, each)["action_id"] for each in left] == left
    assert bool(live([outcome])) == bool(left)


async def test_older_card_regains_its_buttons_when_a_one_on_one_is_moved_after_its_time(
    monday: World,
) -> None:
    meeting, _ = await planned(monday)
    await monday.move(meeting.span[1] + timedelta(hours=2, minutes=1))
    later = meeting.span[1] + timedelta(days=3)
    await press(monday, "maya", await dm(monday, "maya", ASKED), "one_on_ones:move")
    await monday.slack.submit("maya", day=f"{later:%Y-%m-%d}", time="16:00")
    await settled(monday)

    older, question = await cards(monday, "maya", meeting)
    assert live([older, question]) == [older["text"]]
    assert PLANNED in older["text"]
