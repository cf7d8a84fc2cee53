"""Follow-ups from the command to their last step, with a restart of the bot between any two steps.

At each step, everybody concerned gets one message, and nobody else gets any.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bot.followups.models import Kind, Reason, State
from bot.org.people import Person
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import forget_reminders, keep_only_jobs, opt_out_of_shadowing, settled, turn_off_weeks
from tests.handlers.followups.drivers import CHANNEL, press_card, press_dm, stored
from tests.harness import Json, Mode, World, opened
from tests.snapshots import Resume

TEXT = "a macro for refunds under 20 euros"
NOTE = "who can raise the limit?"
LEARNT = "it takes longer than before"
A_LEADER = "maya or tom"
"""Stands for whichever of the two leaders is asked first."""
Act = Callable[[World], Awaitable[object]]


class Step(NamedTuple):
    """An action on a follow-up, the people who are told about it, and the state that it leads to."""

    act: Act
    told: Sequence[str]
    """The recipients of messages: names of people, or the channel's name."""
    state: State


def types(name: str, command: str, words: str) -> Act:
    return lambda world: world.slack.command(name, words, word=command)


def presses(name: str, action: str, words: str = TEXT, **form: str) -> Act:
    """Return an action that presses a button of the newest DM with these words, and submits the form, if given."""

    async def press(world: World) -> None:
        await press_dm(world, name, words, action)
        await submit(world, name, form)

    return press


def presses_card(name: str, action: str, **form: str) -> Act:
    """Return an action that presses a button of the card in the channel, and submits the form, if given."""

    async def press(world: World) -> None:
        await press_card(world, name, TEXT, action)
        await submit(world, name, form)

    return press


async def submit(world: World, name: str, form: dict[str, str]) -> None:
    if form:
        answer = await world.slack.submit(name, **form)
        assert answer.body["ok"], answer.body
        assert not answer.errors


def votes(name: str) -> Act:
    async def vote(world: World) -> None:
        cards = await world.slack.messages(CHANNEL, name)
        ts = next(each["ts"] for each in cards if TEXT in str(each) and not each.get("ephemeral_to"))
        await world.slack.do("reactions", user=name, channel=CHANNEL, ts=ts, name="+1")

    return vote


def comes(day: str) -> Act:
    """Return an action that moves the clock to 11:00 on a day."""
    return lambda world: world.move(datetime.fromisoformat(f"{day}T11:00").replace(tzinfo=UTC))


ROADBLOCK = [
    Step(types("ana", "/roadblock", TEXT), [CHANNEL], State.OPEN),
    Step(presses_card("ben", "followups:me_too"), [], State.OPEN),
    Step(comes("2031-03-05"), [A_LEADER], State.OPEN),
    Step(presses_card("tom", "followups:take"), ["ana", "tom"], State.OWNED),
    Step(comes("2031-03-12"), ["tom"], State.OWNED),
    Step(presses("tom", "followups:wait", why="the vendor", day="2031-03-14"), ["ana"], State.OWNED),
    Step(comes("2031-03-14"), ["tom"], State.OWNED),
    Step(presses("tom", "followups:ask_sponsor", why=NOTE), ["ana", "grace"], State.OWNED),
    Step(presses("grace", "followups:send_back", NOTE, why="ask IT"), ["tom"], State.OWNED),
    Step(presses("tom", "hand_on", who="maya"), ["ana", "maya"], State.OWNED),
    Step(presses("maya", "followups:answer", why="IT raised it"), ["ana"], State.ANSWERED),
    Step(presses("ana", "followups:reopen"), ["maya"], State.OWNED),
    Step(presses("maya", "followups:answer", why="IT did it again"), ["ana"], State.ANSWERED),
    Step(presses("ana", "followups:confirm"), ["ben", "maya"], State.CLOSED),
    Step(comes("2031-03-21"), [], State.CLOSED),
]
IDEA = [
    Step(types("ana", "/idea", TEXT), [CHANNEL], State.OPEN),
    Step(votes("ben"), [], State.OPEN),
    Step(comes("2031-03-07"), [A_LEADER], State.OPEN),
    Step(presses_card("tom", "followups:close", reason="not_now", why="after the move", again="2031-03-12"),
         ["ana", "ben"], State.CLOSED),
    Step(comes("2031-03-12"), ["ana"], State.OPEN),
    Step(presses_card("tom", "followups:take"), ["ana", "tom"], State.OWNED),
    Step(presses("tom", "hand_on", who="U0MAYA0000"), ["ana", "maya"], State.OWNED),
    Step(presses("maya", "followups:start", ends="2031-03-17", question="does it help?"), ["ana"], State.OWNED),
    Step(comes("2031-03-18"), ["maya"], State.OWNED),
    Step(presses("maya", "followups:close", reason="done", why=LEARNT), ["ana", "ben", CHANNEL], State.CLOSED),
    Step(comes("2031-03-20"), ["maya", "tom"], State.CLOSED),  # it is a reason to thank Ana
]  # fmt: skip
PROMISE = [
    Step(types("maya", "/promise", f"@ana {TEXT} by Friday"), ["ana", "maya"], State.OWNED),
    Step(comes("2031-03-06"), ["maya"], State.OWNED),
    Step(presses("maya", "followups:move", why="IT is away", day="2031-03-11"), ["ana"], State.OWNED),
    Step(comes("2031-03-10"), ["maya"], State.OWNED),
    Step(comes("2031-03-11"), [], State.OWNED),
    Step(presses("maya", "followups:answer"), ["ana"], State.ANSWERED),
    Step(presses("ana", "followups:reopen"), ["maya"], State.OWNED),
    Step(presses("maya", "followups:answer"), ["ana"], State.ANSWERED),
    Step(presses("ana", "followups:confirm"), ["maya"], State.CLOSED),
    Step(comes("2031-03-25"), [], State.CLOSED),
]


@pytest.mark.parametrize(
    ("kind", "story"), [(Kind.ROADBLOCK, ROADBLOCK), (Kind.IDEA, IDEA), (Kind.PROMISE, PROMISE)], ids=[*Kind]
)
async def test_only_people_concerned_are_told_each_step_of_a_followup_across_restarts(
    resume: Resume, tmp_path: Path, usual_mode: Mode | None, kind: Kind, story: Sequence[Step]
) -> None:
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        url = world.settings.database_url
        await turn_off_weeks(world)
    for number, step in enumerate(story):
        async with opened(tmp_path, url, mode=usual_mode, looked=True) as world:
            await keep_only_jobs(world, "nudges", "followups", "ideas")
            await forget_reminders(world)
            before = await told(world)
            await step.act(world)
            await settled(world)
            readers = await told(world) - before
            if A_LEADER in step.told:
                readers = Counter(A_LEADER if each in ("maya", "tom") else each for each in readers.elements())
            assert readers == Counter(step.told), (number, readers)
            this = await stored(world)
            assert (this.kind, this.state) == (kind, step.state), number
    assert this.reason == Reason.DONE


async def told(world: World) -> Counter[str]:
    """Count the messages about the follow-up that the bot has posted so far, by recipient."""
    async with world.database.reading() as session:
        names = {f"D{each.id[1:]}": each.name for each in await session.scalars(select(Person))}
    calls: list[Json] = await world.slack.calls("chat.postMessage")
    posts = [each["args"] for each in calls if each["answer"]["ok"]]
    about = [each for each in posts if any(words in json.dumps(each) for words in (TEXT, NOTE, LEARNT))]
    return Counter(names.get(each["channel"], CHANNEL) for each in about)
