"""Find what a person can do on the screen: in the topmost form or, if no form is open, in messages and on Home."""

from collections.abc import Iterator

from benchmarks.simulate.harness import Harness
from tests.handlers.crawl.controls import Act, presses, shape
from tests.handlers.crawl.forms import WAYS, fields
from tests.harness import APP, Json

LATEST = 40
"""The number of latest messages of a conversation that people look at."""
COMMANDS = {each["command"]: each["usage_hint"] for each in APP["features"]["slash_commands"]}
SHORTCUTS = APP["features"]["shortcuts"]
SEARCHED = "lis"
WORDS = "staying calm with a caller"
SET_UP = Act(
    "commands", "/steward setup elsewhere", {"command": "/steward", "text": "setup", "channel": "queue-alerts"}
)
"""The command that starts the setup in a channel without a team."""
ABOUT_ME = Act("commands", "/steward me", {"command": "/steward", "text": "me"})


async def acts(world: Harness, who: str, channels: list[str]) -> list[Act]:
    """Return every action that a person can perform on what the bot currently shows."""
    stack = (await world.slack.look("views", user=who))["views"]
    if stack:
        return list(_in_form(stack[-1]))
    found: list[Act] = []
    if home := (await world.slack.look("home", user=who))["view"]:
        found += presses(home["blocks"], {"view_id": home["id"]}, "home")
    for channel in ["bot", *channels]:
        for message in reversed(await _messages(world, who, channel)):
            where = {"channel": channel, "ts": message["ts"]}
            found += presses(message.get("blocks", []), where, "dm" if channel == "bot" else "channel")
    return found


def _in_form(view: Json) -> Iterator[Act]:
    surface, where = view["callback_id"] or shape(view["blocks"][0]["block_id"]), {"view_id": view["id"]}
    surface += " " + shape(view["title"]["text"])
    yield from presses(view["blocks"], where, surface)
    for _, element in fields(view):
        if element["type"].endswith("external_select"):
            said = where | {"action_id": element["action_id"], "value": SEARCHED}
            yield Act("suggestions", f"{surface} {element['action_id']}", said)
    yield Act("views/close", f"{surface} closed", where)
    if view["submit"]:
        asked = " ".join(sorted({shape(block["block_id"]) for block, _ in fields(view)}))
        for way in WAYS:
            yield Act("views/submit", f"{surface} {asked} {way}", where | {"way": way})


async def _messages(world: Harness, who: str, channel: str) -> list[Json]:
    """Return the messages of a channel and its threads that a person can see, oldest first."""
    found = await world.slack.look("messages", channel=channel, limit=LATEST, **{"as": who})
    seen: list[Json] = found.get("messages", [])
    for root in [each["ts"] for each in seen if each.get("reply_count")]:
        asked = {"channel": channel, "as": who, "thread_ts": root}
        seen += (await world.slack.look("messages", **asked))["messages"][1:]
    return seen


def typed() -> Iterator[Act]:
    """Yield each command with every usage hint of the manifest, every subcommand alone, and an unknown word."""
    for word, hint in COMMANDS.items():
        hints = hint.split(" · ")
        texts = ["", *hints, *(each.split(" ")[0] for each in hints), "nonsense"]
        for text in dict.fromkeys(texts):
            yield _command(word, text)


def _command(word: str, text: str) -> Act:
    return Act("commands", f"{word} {shape(text)}", {"command": word, "text": text.replace("…", WORDS)})


def named(commands: set[str]) -> Iterator[Act]:
    for command in sorted(commands):
        word, _, text = command.partition(" ")
        if word in COMMANDS:
            yield _command(word, text)


async def shortcuts(world: Harness, who: str, channel: str) -> list[Act]:
    """Return all global shortcuts, and each message shortcut on the newest message by a person and by the bot."""
    found = [Act("shortcuts", each["callback_id"], {"callback_id": each["callback_id"]})
             for each in SHORTCUTS if each["type"] == "global"]  # fmt: skip
    newest = {bool(each.get("bot_id")): each["ts"] for each in await _messages(world, who, channel)}
    for each in SHORTCUTS:
        for is_bot, ts in newest.items() if each["type"] == "message" else ():
            said = {"callback_id": each["callback_id"], "channel": channel, "ts": ts}
            found.append(Act("shortcuts", f"{each['callback_id']} {is_bot}", said))
    return found
