"""Drivers for quiz questions: pick answers, and read the card."""

from collections.abc import Sequence

from bot.features.rituals import rules
from bot.features.rituals.models import Ritual, RitualRun
from tests.handlers.drivers import button, settled, turn_off_rituals
from tests.handlers.rituals.drivers import press_listed, ritual_runs, said
from tests.harness import Json, World

TEN_PAST = "4 March 11:40"


async def turned_on(world: World) -> None:
    """Turn on trivia on Tuesdays at 11:30, and turn off all other rituals."""
    await turn_off_rituals(world)
    await press_listed(world, "maya", "rituals:on", "trivia")
    await world.slack.submit("maya")
    await world.slack.submit("maya")


async def card(world: World) -> Json:
    """Return the card of the latest question."""
    return next(message for _, message in reversed(await said(world)) if message["text"].startswith("Trivia: "))


async def asked(world: World) -> tuple[Ritual, RitualRun]:
    return [each for each in await ritual_runs(world) if each[0].slug == "trivia" and each[1].state == "said"][-1]


async def press(world: World, name: str, *, right: bool, message: Json | None = None) -> None:
    message = message or await card(world)
    theirs = rules.quiz_answers(*await asked(world))
    wanted = theirs[0] if right else theirs[1]
    (pressed,) = [
        each
        for nth in range(len(theirs))
        if (each := button(message, f"rituals:answer:{nth}"))["value"].endswith(f":{wanted}")
    ]
    await world.slack.do("actions", user=name, channel="harbour-support", ts=message["ts"], **pressed)
    await settled(world)


async def answered(world: World, *names: str, wrong: Sequence[str] = ()) -> None:
    for name in names:
        await press(world, name, right=True)
    for name in wrong:
        await press(world, name, right=False)


async def note(world: World, name: str) -> str:
    return str((await world.slack.notes(name))[-1]["text"])


async def thread(world: World) -> list[str]:
    query = {"channel": "harbour-support", "as": "ana", "user": "ana", "thread_ts": (await card(world))["ts"]}
    return [each["text"] for each in (await world.slack.look("messages", **query))["messages"][1:]]


async def shown(world: World, block_id: str) -> str:
    found = [each for each in (await card(world))["blocks"] if each["block_id"] == block_id]
    return str(found[0]) if found else ""
