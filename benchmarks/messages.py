"""Print the messages that people read as plain text, for a reviewer (`make messages`).

First all messages of two simulated weeks, by recipient; then the golden files, with one of every other kind of message,
refusal and form. With `--sample N` also N docstrings, N module names and N test names, drawn at random.
"""

import argparse
import ast
import asyncio
import html
import logging
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from benchmarks.plain_text import Json, message
from benchmarks.simulate.harness import Harness, open_harness
from benchmarks.simulate.personas import ONE_DAY, all_personas
from benchmarks.simulate.run import FIRST
from benchmarks.simulate.year import Year
from bot.slack.mrkdwn import DATE

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "bot" / "messages" / "golden"
CODE = ("bot", "handlers", "schedules")
NAMED = re.compile(r"<(?P<sign>[@#])(?P<id>\w+)(?:\|[^>]*)?>")
LINK = re.compile(r"<(?P<address>https?://[^|>]+)\|(?P<words>[^>]*)>")


class MessageRecorder(Year):
    """A recorder of every message that the bot posts in a team's simulated weeks."""

    def __init__(self, world: Harness, seed: int, days: int) -> None:
        super().__init__(world, {each.id: each for each in all_personas()}, seed, FIRST, days)
        self.said: dict[str, list[Json]] = defaultdict(list)

    def _hear(self, channel: str, message: Json) -> None:
        self.said[channel].append(deepcopy(message))
        super()._hear(channel, message)


async def simulate_weeks(seed: int, days: int) -> Iterator[str]:
    """Yield the messages that people received, each with its reader's local day and time."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_harness(Path(folder), datetime.combine(FIRST - 3 * ONE_DAY, time(12), UTC)) as world:
            heard = MessageRecorder(world, seed, days)
            await heard.live()
            state = await world.slack.look("state")
    names = {each["id"]: f"#{each['name']}" for each in state["channels"] if each.get("name")}
    names |= {each["id"]: f"@{each['name']}" for each in state["users"]}
    people = {f"D{id[1:]}": human for id, human in heard.people.items()}
    names |= {id: f"@{human.name}" for id, human in heard.people.items()}
    return _lines(heard.said, names, {id: (f"@{each.name}", each.zone, each.mood) for id, each in people.items()})


def _lines(
    said: dict[str, list[Json]], names: dict[str, str], people: dict[str, tuple[str, str, str]]
) -> Iterator[str]:
    for channel, messages in sorted(said.items(), key=lambda each: (each[0] in people, -len(each[1]))):
        name, zone, mood = people.get(channel, (names.get(channel, channel), "UTC", ""))
        yield f"\n## {name}{f', a leader who {mood}' if mood else ''}: {len(messages)} messages\n"
        for each in sorted(messages, key=lambda message: float(message["ts"])):
            at = datetime.fromtimestamp(float(each["ts"]), UTC).astimezone(ZoneInfo(zone))
            yield f"--- {at:%A %H:%M}"
            yield from (readable(line, names) for line in message(each.get("text", ""), each.get("blocks", [])))
            yield from (f"(file) {file['name']}" for file in each.get("files", []))


def readable(line: str, names: dict[str, str]) -> str:
    """Return a line of mrkdwn as Slack shows it: names, dates and links instead of tokens."""
    line = DATE.sub(r"\1", line)
    line = NAMED.sub(lambda found: names.get(found["id"], found["sign"] + found["id"]), line)
    return html.unescape(LINK.sub(r"\g<words>", line))


def golden() -> Iterator[str]:
    for file in sorted(GOLDEN.rglob("*.txt")):
        yield f"\n## {file.relative_to(GOLDEN)}\n"
        yield from file.read_text().splitlines()


def sample(many: int, seed: int) -> Iterator[str]:
    """Yield random samples of docstrings, module names and test names, `many` of each."""
    draw, docstrings, tests = random.Random(seed), list[str](), list[str]()  # noqa: S311
    code = [file for top in CODE for file in sorted((ROOT / top).rglob("*.py")) if file.name != "__init__.py"]
    for file in code:
        docstrings += [f"{file.relative_to(ROOT)} {name}: {words}" for name, words in _functions(file) if words]
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tests += [f"{file.stem}.{name}" for name, _ in _functions(file) if name.startswith("test_")]
    modules = [str(file.relative_to(ROOT)) for file in code]
    for title, lines in (("Docstrings", docstrings), ("Modules", modules), ("Tests", tests)):
        yield f"\n# {title}\n"
        yield from draw.sample(lines, min(many, len(lines)))


@cache
def _functions(file: Path) -> list[tuple[str, str]]:
    """Return the names and docstrings of a file's functions."""
    nodes = ast.walk(ast.parse(file.read_text()))
    found = [each for each in nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(each.name, " ".join((ast.get_docstring(each) or "").split())) for each in found]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.messages", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--sample", type=int, default=0)
    options = parser.parse_args()
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print("# Two weeks of a team")
    print(*asyncio.run(simulate_weeks(options.seed, options.days)), sep="\n")
    print("\n# One of every other kind", *golden(), *sample(options.sample, options.seed), sep="\n")


if __name__ == "__main__":
    main()
