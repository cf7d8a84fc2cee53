"""Tests of `/balance` end to end: leaders log time, undo and see it, and get nudges; nobody else sees it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import select

from bot.features.balance import queries
from bot.features.balance.models import Part, TimeEntry
from bot.features.balance.nudges import LAST_HOUR
from bot.features.balance.settings import BalancePreferences, Band
from bot.messages import suggestions
from bot.nudges.models import Nudge, NudgeState
from bot.org import people
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Duplicate, Sessions
from handlers.balance import command
from tests.handlers.drivers import opt_out_of_shadowing
from tests.harness import Answer, Json, Slack, World, eventually
from tests.snapshots import Resume

THURSDAY = datetime(2031, 3, 6, 12, tzinfo=UTC)
FRONTLINE, PEOPLE, STRATEGY = Part


async def say(slack: Slack, words: str = "", user: str = "maya") -> Answer:
    return await slack.command(user, words, word="/balance")


async def spans(world: World) -> list[tuple[str, str, int, str | None]]:
    async with world.database.reading() as session:
        found = await session.scalars(select(TimeEntry).order_by(TimeEntry.id))
        return [(each.leader_id, each.part, each.minutes, each.duty) for each in found]


def kinds(answer: Answer) -> list[str]:
    return [block["type"] for block in answer.ack.get("blocks", [])]


async def test_balance_overview_without_entries_shows_an_example(slack: Slack) -> None:
    answer = await say(slack)

    assert answer.text.startswith("Nothing counted or logged in the last 14 days. To log time, try `/balance log")
    assert kinds(answer) == ["section", "actions", "context"]


async def test_logged_time_is_shown_only_to_the_leader_who_logged_it(world: World, slack: Slack) -> None:
    first = await say(slack, "log strategy 90 staffing")
    await slack.command("maya", "balance log people 1h30", word="/steward")
    answer = await say(slack)

    assert first.text.startswith(":white_check_mark: Logged: 1 h 30 min on strategy (staffing), today.")
    assert "*People* 1 h 30 min" in answer.text
    assert kinds(answer) == [*["section"] * 4, "actions", "context"]
    assert len(await slack.notes("maya")) == 3
    assert await slack.notes("tom") == []
    assert "Nothing counted or logged" in (await say(slack, user="tom")).text
    assert await spans(world) == [("U0MAYA0000", "strategy", 90, "staffing"), ("U0MAYA0000", "people", 90, None)]


async def test_time_in_a_balance_command_delivered_twice_is_logged_once(world: World, slack: Slack) -> None:
    actor, body = Actor(world.workspace.id, "U0MAYA0000"), {"channel_id": "C0HARBOURS", "text": "log people 30"}
    acks, client = AsyncMock(), AsyncMock()
    await command(
        acks, actor, body, client, Sessions(world.database, world.workspace.id, "1.2.3", world.now), world.now
    )
    with pytest.raises(Duplicate):
        await command(
            acks, actor, body, client, Sessions(world.database, world.workspace.id, "1.2.3", world.now), world.now
        )

    assert len(await spans(world)) == 1


@pytest.mark.parametrize("user", ["ana", "grace"])
@pytest.mark.parametrize("words", ["", "log people 30"])
async def test_balance_command_is_refused_to_people_who_lead_no_team(slack: Slack, user: str, words: str) -> None:
    assert "shows leaders how they spend their time" in (await say(slack, words, user)).text


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("help", "*See your last 14 days:* `/balance`. Only you can see them."),
        ("lgo strategy 90", suggestions.not_understood("/balance", "lgo strategy 90")),
        ("strategy 90 staffing", suggestions.did_you_mean("/balance", "log strategy 90 staffing")),
        ("dance", suggestions.not_understood("/balance", "dance")),
        ("<!channel>", suggestions.not_understood("/balance", "@channel")),
        ("log <!channel> 90", "I don't know “@\u2060channel”"),
        ("log strategy 90", "Which area was it: staffing, training, quality, advocacy, engineering, product"),
        ("log people 601", "Log between 5 minutes and 10 hours."),
        ("log people 30 training", "“training” goes with strategy."),
    ],
)
async def test_balance_command_with_unclear_words_gets_help_or_a_refusal(slack: Slack, words: str, answer: str) -> None:
    assert answer in (await say(slack, words)).text


async def test_time_on_an_earlier_day_can_be_logged_in_the_balance_form(world: World, slack: Slack) -> None:
    await say(slack, "log")
    today = world.now.date()
    block = {"part": "strategy", "duty": None, "minutes": "45", "day": today.isoformat()}
    assert "Which area was it" in (await slack.submit("maya", **block)).errors["duty"]
    late = await slack.submit("maya", **block | {"duty": "product", "day": (today + timedelta(days=1)).isoformat()})
    assert late.errors == {"day": "Pick one of the last 14 days, today included."}

    day = (today - timedelta(days=1)).isoformat()
    done = await slack.submit("maya", **block | {"duty": "product", "day": day})
    assert "Logged: 45 min on strategy (product), yesterday." in str(done.ack["view"])
    assert await spans(world) == [("U0MAYA0000", "strategy", 45, "product")]


async def test_log_button_of_the_balance_overview_opens_the_form_to_log_time(slack: Slack) -> None:
    await say(slack)
    (note,) = await slack.notes("maya")
    await slack.press("maya", "balance:open", channel="harbour-support", ts=note["ts"])

    (view,) = await slack.views("maya")
    assert view["callback_id"] == "balance:form"


async def test_time_log_can_be_undone_only_by_the_leader_who_made_it(world: World, slack: Slack) -> None:
    await say(slack, "log people 30")
    (note,) = await slack.notes("maya")
    button = next(block["elements"][0] for block in note["blocks"] if block["type"] == "actions")
    pressed = {"action_id": "balance:take_back", "value": button["value"]}
    await slack.do("actions", user="tom", channel="harbour-support", ts=note["ts"], **pressed)
    await say(slack, user="tom")
    (toms,) = await slack.notes("tom")
    await slack.do("actions", user="tom", channel="harbour-support", ts=toms["ts"], **pressed)
    await world.sandbox.settled()
    assert len(await spans(world)) == 1

    await slack.do("actions", user="maya", channel="harbour-support", ts=note["ts"], **pressed)
    await eventually(lambda: taken_back(slack))
    assert await spans(world) == []


async def taken_back(slack: Slack) -> bool:
    (note,) = await slack.notes("maya")
    return str(note["text"]).startswith(":leftwards_arrow_with_hook: Removed: 30 min with people, today.")


async def test_only_leaders_can_set_their_balance_ranges_in_steward_me(world: World, slack: Slack) -> None:
    me, anas = [await slack.command(user, "me", word="/steward") for user in ("maya", "ana")]
    assert "Your balance" in str(me.ack)
    assert "`/balance`; only you can see it" in str(me.ack)
    assert "Your balance" not in str(anas.ack)

    (note,) = await slack.notes("maya")
    await slack.press("maya", "settings:open_own:balance", channel="harbour-support", ts=note["ts"])
    wrong = await slack.submit("maya", **{"balance.people": "60-40"})
    assert wrong.errors["balance.people"].startswith("The first number must be the smaller one")
    await slack.submit("maya", **{"balance.people": "50 to 100 %"})
    async with world.database.reading() as session:
        maya = await people.fetch_person(session, world.workspace.id, "U0MAYA0000")
    assert BalancePreferences.of(maya).bands[PEOPLE] == Band(50, 100)


@pytest.fixture
async def thursday(resume: Resume) -> AsyncIterator[World]:
    """Yield a world on a Thursday at noon, so that the next morning is the last of the working week."""
    async with resume(opt_out_of_shadowing, at=THURSDAY) as world:
        yield world


async def spend(world: World, *spent: tuple[int, Part, int]) -> None:
    """Log time for Maya, given as days ago, kind of work and minutes; Tom, the other leader, logs nothing."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        for ago, part, minutes in spent:
            at = THURSDAY - timedelta(days=ago)
            await queries.add_measured_time(
                session, team, "U0MAYA0000", part=part, minutes=minutes, started_at=at, source=f"test:{ago}", now=at
            )


async def cards(slack: Slack, name: str) -> list[Json]:
    return [each for each in await slack.messages("bot", name) if "for today:" in each["text"]]


async def said(world: World) -> list[Nudge]:
    async with world.database.reading() as session:
        theirs = select(Nudge).where(Nudge.kind.startswith("balance."))
        return list(await session.scalars(theirs.order_by(Nudge.kind)))


async def card_on_friday(world: World, name: str = "maya") -> Json:
    """Move the clock to Friday morning, and return a person's latest card."""
    await world.move(timedelta(hours=22))
    return (await cards(world.slack, name))[-1]


async def test_leader_is_nudged_to_join_the_queue_after_a_day_of_only_strategy(
    thursday: World,
) -> None:
    await spend(thursday, (0, STRATEGY, 240), (2, STRATEGY, 300), (3, PEOPLE, 200))

    assert (
        "all strategy (4 h). Could you join the queue for an hour at 16:00?" in (await card_on_friday(thursday))["text"]
    )
    assert {each.person_id for each in await said(thursday)} == {"U0MAYA0000"}


async def test_balance_nudge_explains_its_reason_and_can_be_answered_by_a_button(thursday: World) -> None:
    await spend(thursday, (0, STRATEGY, 240), (2, STRATEGY, 300), (3, PEOPLE, 200))
    card = await card_on_friday(thursday)
    (nudge,) = [each for each in await said(thursday) if each.kind == LAST_HOUR]
    press = {"user": "maya", "channel": "bot", "ts": card["ts"], "value": str(nudge.id)}
    await thursday.slack.do("actions", action_id="nudges:why", **press)
    (view,) = await thursday.slack.views("maya")
    assert "Only you can see this and your `/balance`" in str(view["blocks"])
    assert "an hour in the queue after a day of strategy" in str(view["blocks"])
    await thursday.slack.do("actions", action_id="balance:yes", **press)

    async def is_done() -> bool:
        return [each.state for each in await said(thursday) if each.id == nudge.id] == [NudgeState.DONE]

    await eventually(is_done)


@pytest.mark.long
async def test_leader_who_logs_nothing_gets_no_balance_nudges(thursday: World) -> None:
    await thursday.move(timedelta(days=8))

    assert await said(thursday) == []
