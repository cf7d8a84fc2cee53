"""Snapshot tests of conversations: what people see in Slack must match the recorded transcripts exactly.

They guard against changes of behavior while code is refactored. `RECORD=1 python -m pytest --every-pair
tests/conversations` records the transcripts again, for a reviewer to read.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.messages.followups.forms import MORE, PREFIX
from bot.slack.dispatcher import Kind
from tests.conversations import renames, script
from tests.handlers.crawl.harness import opened

FOLDER = Path(__file__).parent
SCRIPTS = sorted((FOLDER / "scripts").glob("*.txt"))
FORM = re.compile(r"(?:views\.open|views\.push|update|push) \[([\w:]+) \|")
LEFT_OUT = {
    "action ideas:more": "needs more than ten open ideas",
    "action rituals:fine": "stands on a reminder that comes in September",
    "action voice:leave_out": "needs a month with a comment of the pulse that may be quoted",
    "action visits:noted": "needs a theme that was seen beside three people",
}
"""Listeners that no script reaches, each with the reason; the scripts cover a week in March."""


@pytest.mark.long
@pytest.mark.parametrize("name", [each.stem for each in SCRIPTS])
async def test_scripted_conversation_matches_its_recorded_transcript(name: str, tmp_path: Path) -> None:
    transcript = FOLDER / "transcripts" / f"{name}.txt"
    said = await script.played((FOLDER / "scripts" / f"{name}.txt").read_text(), tmp_path)
    if "RECORD" in os.environ:
        transcript.parent.mkdir(exist_ok=True)
        transcript.write_text(said)

    assert said == transcript.read_text()


@pytest.mark.long
async def test_conversation_scripts_use_every_action_command_form_and_shortcut(tmp_path: Path) -> None:
    """Check all listeners except those of events, which scripts trigger without naming them."""
    async with opened(tmp_path, None) as world:
        listened = {f"{kind} {name}" for kind in Kind for name in world.steward.listeners.names(kind)}
    reached = {name for each in SCRIPTS for name in _reached((FOLDER / "transcripts" / each.name).read_text())}

    missing = {each for each in listened if not each.startswith("event ")} - reached
    assert missing == set(LEFT_OUT)


def _reached(transcript: str) -> Iterator[str]:
    """Yield the name of every listener that a transcript reaches.

    A submitted form counts as the form that was last shown to the person who submits it. A step in a follow-up's menu
    counts as its button.
    """
    who, shown = "", dict[str, str]()
    for line in transcript.splitlines():
        if line.startswith(" "):
            if found := FORM.search(line):
                shown[who] = found[1]
            continue
        by, _, said = line.partition(": ")
        who, (verb, _, rest) = by.split(" ")[0], said.partition(" ")
        kind = {"press": "action", "shortcut": "shortcut", "suggest": "options"}.get(verb)
        if kind:
            name, _, chosen = rest.partition(" = ")
            yield f"{kind} {renames.current_name(name)}"
            if name == MORE:
                yield f"{kind} {PREFIX}:{chosen}"
        elif verb == "fill":
            yield f"view {renames.current_name(shown.get(who, ''))}"
        elif verb.startswith("/"):
            yield f"command {verb}"
