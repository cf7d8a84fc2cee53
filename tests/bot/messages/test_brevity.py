"""Size limits: messages have at most 300 characters, and rows of buttons fit on a phone."""

import re
from collections.abc import Iterator

from slackblocks import Block

from benchmarks.plain_text import Json
from bot.slack.mrkdwn import DATE
from bot.slack.post import MOST_IN_ROW, Post, Step
from tests.bot.messages.test_golden import SAMPLES

LONGEST = 300
"""Longest message in characters, not counting markup."""
LINK = re.compile(r"<[^|<>]*\|([^<>]*)>")
HELP = "lists everything that can be typed"
RESULTS = "has up to four statements of 120 characters, each with its levels in earlier rounds"
MAY_BE_LONGER = {
    "absences.confirmation": "lists everything booked in the time someone is away",
    "balance.forms.usage": HELP,
    "balance.overview.overview": "draws two weeks over three areas, on demand",
    "erasures.receipt": "says what is left, and is all that somebody has of it",
    "fun_tank.gauge_answer": "draws the tank, its causes and eight weeks, on demand",
    "fun_tank.usage": HELP,
    "one_on_ones.lists.usage": HELP,
    "pulse.cards.leaders_results": RESULTS,
    "pulse.cards.results": RESULTS,
    "shadowing.lists.usage": HELP,
    "shoutouts.answers.usage": HELP,
    "spikes.history.history": "sums up eight weeks, on demand",
    "spikes.lists.usage": HELP,
    "spikes.overview.overview": "lists every queue, on demand",
    "steward.usage": HELP,
    "voice.cards.draft": "sums up a month for the sponsor",
    "voice.cards.message": "sums up a month",
    "voice.cards.month": "sums up a month, on demand",
    "weekly.week_card": "sums up a week and what ends in the next",
    "weekly.week_so_far": "sums up a week, on demand",
    "nudges.cards.card": "has several reminders on one card",
}


def posts(shown: object) -> Iterator[Post]:
    match shown:
        case Post():
            yield shown
        case Step():
            yield shown.post
        case list() | tuple():
            for each in shown:
                yield from posts(each)


def read(post: Post) -> str:
    return LINK.sub(r"\1", DATE.sub(r"\1", post.text))


def test_messages_have_at_most_300_characters_unless_exempted_with_a_reason() -> None:
    longer = {
        f"{sample.function.__module__}.{sample.function.__name__}".removeprefix("bot.").removeprefix("messages.")
        for sample in SAMPLES
        for post in posts(sample.call())
        if len(read(post)) > LONGEST
    }
    assert longer == MAY_BE_LONGER.keys()


def test_no_row_of_a_message_has_more_than_three_buttons() -> None:
    shown = [each for sample in SAMPLES for each in _blocks(sample.call())]
    rows = [block["elements"] for block in shown if block["type"] == "actions"]

    assert len(rows) > 50
    assert not [row for row in rows if len(row) > MOST_IN_ROW]


def _blocks(shown: object) -> Iterator[Json]:
    if isinstance(shown, Block):
        yield shown._resolve()
    elif isinstance(shown, list | tuple):
        for each in shown:
            yield from _blocks(each)
    for post in posts(shown) if isinstance(shown, Post | Step) else ():
        yield from (block._resolve() for block in post.blocks)
