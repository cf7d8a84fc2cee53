"""Write docs/commands.md for `make docs`: one table per command, made from the bot's own list of commands."""

import sys
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import yaml  # noqa: E402

from bot.messages.suggestions import ENTRIES, Entry  # noqa: E402

PAGE = Path(__file__).with_suffix(".md")
MANIFEST = yaml.safe_load((ROOT / "app.yaml").read_text())
HEAD = """\
# Commands

Written by `make docs`; a test compares it with the bot. Type names as `@ana` and groups as `@night-shift`. Only you see
the answer. `help` after a command shows its words in Slack. If another app owns a command, type it after `/steward`:
`/steward shoutout @ana …`.
"""
WITH_A_NAME = [
    Entry(
        "/shoutout", "", "/shoutout @night-shift @fay for …", "thank a group and a person; leaders may thank `@team`"
    ),
    Entry("/shoutout", "", "/shoutout private @ana for …", "thank somebody without a card in the channel"),
    Entry("/shoutout", "", "/shoutout good call @ana for …", "thank somebody for their own judgement"),
    Entry("/1on1", "", "/1on1 @ana", "open what the two of you keep: topics, notes, how often you meet"),
    Entry("/1on1", "topic", "/1on1 topic @ana training budget", "keep a topic for a one-on-one with somebody"),
    Entry("/shadow", "", "/shadow @ana", "ask somebody whether you may sit with them"),
]
"""Commands that start with a person's or group's name. The bot has no entry for these, since no fixed word follows."""


def render_page() -> str:
    descriptions = {each["command"]: each["description"] for each in MANIFEST["features"]["slash_commands"]}
    tables = [
        f"## {command}\n\n{descriptions[command]}.\n\n| type | to |\n| --- | --- |\n{''.join(map(_row, entries))}"
        for command, entries in groupby(sorted([*ENTRIES, *WITH_A_NAME], key=_command), _command)
    ]
    return "\n".join([HEAD, *tables])


def _command(entry: Entry) -> str:
    return entry.command.split()[0]


def _row(entry: Entry) -> str:
    return f"| `{entry.example}` | {entry.does} |\n"


if __name__ == "__main__":
    PAGE.write_text(render_page())
