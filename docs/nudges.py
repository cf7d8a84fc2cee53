"""Write docs/nudges.md for `make docs`: every kind of nudge with its rule, and its words from the message samples."""

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from pkgutil import iter_modules

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.plain_text import render  # noqa: E402
from bot.nudges.cards import MINUTES, MORNING  # noqa: E402
from bot.nudges.hours import ENOUGH, MOST  # noqa: E402
from bot.nudges.pace import FEWEST, LATEST, LONGER, LONGEST, MOST_HELD_DAYS  # noqa: E402
from bot.nudges.policy import NudgeKind  # noqa: E402
from bot.nudges.selection import BUDGET, MOST_REPEATS  # noqa: E402
from bot.slack.mrkdwn import capitalize_first, comma_joined  # noqa: E402
from bot.workflows.nudges import KINDS, MOST_LISTED  # noqa: E402
from tests.bot.messages import samples  # noqa: E402
from tests.bot.messages.samples.people import NAMES, TEAM  # noqa: E402

DAY = timedelta(days=1)
PAGE = Path(__file__).with_suffix(".md")
SPANS, REPEATS = comma_joined([*map(str, MINUTES)], last="or"), MOST_REPEATS
HEAD = f"""\
# Reminders

Written by `make docs`; a test compares it with the code. A reminder (in the code: a *nudge*) suggests one thing to one
person, and only that person sees it. For all of them:

- **Budget:** at most {BUDGET} new reminders per person and working day, all kinds together, on one card a day.
  First come those with the highest urgency times the days for which their kind has not come.
- **Pace:** the less of what is suggested you act on, the longer the pauses. Of your latest {LATEST} reminders that
  are over, count all (*n*) and those you acted on (*a*): pauses are *s* = (*n* + 2) / (*a* + 2) times as long. That
  is 1 for someone who acts on all of them, 1.7 for half, and {(LATEST + 2) / 2:g} for none; *Not this time* counts
  as not acted on, and until {FEWEST} are over, it is 1. Counted for a kind, this stretches the pause below *At
  most*, and one day between any two of that kind. Counted over all kinds, it gives the pause between cards: a day,
  and {LONGER / DAY:g} × (*s*² - 1) days more for each reminder on the last card, {LONGEST.days} at most. Reminders
  that were muted or no longer needed don't count. Offers that answer what you have just done don't wait for a
  pause, nor does what is for today.
- **Held back:** if you act on less than two of three, a card waits for a moment when you use the bot, up to
  {MOST_HELD_DAYS} days; unless something on it is for today.
- **Left out:** on a day with a spike in your team, all new ones; what your Home lists, for a day after you looked
  at it; who to sit with and whom to thank, for eight days after your week, which suggests it; and whatever somebody
  else has settled before the card is sent.
- **Hours:** only within your working hours, and not while you're away, on a public holiday or in Do Not Disturb.
- **Best hour:** they come when your working day starts. With *Send my reminders at the hour when I usually answer*
  in `/steward me`, and from {ENOUGH} answers on, they come in the full hour of your working day, except its last, that
  has the most points: each answer gives three to its own hour, two to the hour before and one to the hour before that.
  When more than {MOST} answers are counted, all counts are halved, so that the best hour follows when your habits
  change.
- **Snooze:** for {SPANS} minutes, until tomorrow at {MORNING.hour}:00, or until a day you pick, at most {REPEATS}
  times. Snoozed reminders don't count toward the budget, and no due date changes.
- **Expiry:** a reminder without an answer expires at the start of the next working day. A late answer still counts.
- **Mute:** in *Why this?* and in `/steward me`, which shows what was suggested in the last four weeks and what came of
  it, with *Mute* for each of the {MOST_LISTED} kinds you got most often. *Unmute* is there too.
"""
TABLES = [import_module(f"{samples.__name__}.{each.name}") for each in iter_modules(samples.__path__)]
EXAMPLES = {each.function: each for table in reversed(TABLES) for each in reversed(getattr(table, "SAMPLES", []))}
"""The first sample of each function that builds a message."""
WHY = "why: "
IDS = re.compile(r"<[@#]([A-Z0-9]+)>")
LINK = re.compile(r"<(https:[^|>]+)\|([^>]+)>")
SHOWN = NAMES | {TEAM.channel_id: f"#{TEAM.name}"}


def render_page() -> str:
    return "\n".join([HEAD, *(_section(kind) for kind in KINDS)])


def _section(kind: NudgeKind) -> str:
    together = f" Up to {kind.most_together} count as one." if kind.most_together > 1 else ""
    lines = [
        f"## {capitalize_first(kind.title)}",
        f"- **When:** {kind.rule.when}\n"
        f"- **At most:** {kind.rule.pace}{together}\n"
        f"- **Acted on:** {kind.rule.acted_on}",
        "\n>\n".join(f"> {line}" for line in _example(kind)),
    ]
    return "\n\n".join(lines) + "\n"


def _example(kind: NudgeKind) -> Iterator[str]:
    """Yield the lines of the kind's first sample, without its reason, and with names for ids."""
    for line in takewhile(lambda line: not line.startswith(WHY), render(EXAMPLES[kind.words].call())):
        yield LINK.sub(r"[\2](\1)", IDS.sub(lambda found: SHOWN[found[1]], line.removeprefix("| ").strip()))


if __name__ == "__main__":
    PAGE.write_text(render_page())
