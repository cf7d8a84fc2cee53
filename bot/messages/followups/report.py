"""Build the monthly report “You said, we did”: what the team raised, and what was done about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from slackblocks import Block, HeaderBlock, SectionBlock

from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.slack.post import Post, context

MOST_LISTED = 10
LONGEST_LINE = 250
TITLES = {"roadblock": "Roadblocks cleared", "idea": "Ideas done", "promise": "Promises kept"}


class Done(NamedTuple):
    """A follow-up that was done, in the words of its author and of its owner."""

    text: str
    outcome: str
    key: str = ""
    """The follow-up's `about`."""


def report(month: date, done: Mapping[str, Sequence[Done]], declined: int) -> Post:
    """Build the report for a month; `done` has the follow-ups of each kind, and `declined` counts declined ideas."""
    title = f"You said, we did: {month:%B}"
    blocks: list[Block] = [HeaderBlock(title, block_id="title")]
    blocks += [
        SectionBlock(part(TITLES[kind], done[kind]), block_id=f"done_{kind}") for kind in TITLES if done.get(kind)
    ]
    if declined:
        said = "1 idea was declined, with a reason."
        if declined > 1:
            said = f"{declined} ideas were declined, each with a reason."
        blocks.append(context(said, "declined"))
    counts = [count_noun(len(done[kind]), kind) for kind in TITLES if done.get(kind)]
    return Post(f"{title}. {', '.join(counts)}.", blocks)


def part(title: str, done: Sequence[Done]) -> str:
    """List what was done about one kind of follow-up, up to ten."""
    lines = [f"• {_line(each)}" for each in done[:MOST_LISTED]]
    if len(done) > MOST_LISTED:
        lines.append(f"and {len(done) - MOST_LISTED} more")
    return "\n".join([f"*{title}*", *lines])


def _line(each: Done) -> str:
    return f"{shortened(' '.join(escape(each.text).split()), LONGEST_LINE)}{outcome_of(each)}"


def outcome_of(done: Done) -> str:
    """Return what is told behind the words of a follow-up that was done; empty if its owner wrote nothing."""
    return f" → {shortened(escape(done.outcome), LONGEST_LINE)}" if done.outcome else ""
