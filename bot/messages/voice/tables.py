"""The tables of a month's message: what it tells the sponsor, as CSV files, and nothing else."""

from calendar import day_name
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.features.spikes.history import SpikeHistory
from bot.features.visits.themes import theme_label
from bot.messages.followups.report import LONGEST_LINE
from bot.messages.mentions import mentions_to_names
from bot.messages.voice.account import (
    LONGEST,
    LONGEST_QUOTE,
    MOST,
    Account,
    label_themes,
    shown_done,
    shown_ideas,
    words_of,
)
from bot.slack.mrkdwn import shortened
from bot.slack.outbox.outbox import DAYS_IN_SLACK
from bot.text.formats import day_and_month
from bot.text.tables import to_csv

COMMENT = f"Here's the same data as CSV files. I'll delete them in {DAYS_IN_SLACK} days."
Rows = Sequence[Sequence[object]]


def build_files(account: Account, names: Mapping[str, str]) -> dict[str, bytes]:
    """Return the CSV files by name; there is one for each part that has something to tell.

    `names` are those of the people whom texts mention.
    """

    def said(text: str, longest: int = LONGEST) -> str:
        return mentions_to_names(shortened(text, longest), names)

    roadblocks = [words_of(each.followup, is_for_sponsor=True) for each in account.roadblocks[:MOST]]
    done = [
        (kind, said(each.text, LONGEST_LINE), said(each.outcome, LONGEST_LINE)) for kind, each in shown_done(account)
    ]
    tables: dict[str, tuple[Sequence[str], Rows]] = {
        "themes": (("theme", "mentions"), label_themes(account)),
        "roadblocks": (("roadblock",), [(said(each),) for each in roadblocks]),
        "ideas": (
            ("idea", "votes", "state"),
            [(said(each.text), each.votes, each.state) for each in shown_ideas(account)],
        ),
        "quotes": (("quote", "by"), [(said(each.words, LONGEST_QUOTE), each.by) for each in account.quoted]),
        "spikes": (("by", "value", "spikes"), _spikes(account.spikes) if account.spikes else ()),
        "hand-ups": (("what", "number"), _hand_ups(account)),
        "pulse": (("statement", "level"), _pulse(account)),
        "done": (("kind", "text", "outcome"), done),
        "comment": (
            ("from", "comment"),
            [(account.comment_by, said(account.comment, 2000))] if account.comment else (),
        ),
    }
    return {f"{name}.csv": to_csv(header, rows) for name, (header, rows) in tables.items() if rows}


def _spikes(found: SpikeHistory) -> Rows:
    days = sum(found.weekdays.values(), Counter[int]())
    hours = sum(found.hours.values(), Counter[int]())
    return [
        *(("queue", queue, many) for queue, many in found.by_queue.items()),
        *(("weekday", day_name[day], days[day]) for day in sorted(days)),
        *(("hour", f"{hour:02}:00", hours[hour]) for hour in sorted(hours)),
    ]


def _hand_ups(account: Account) -> Rows:
    if not (counts := account.hand_ups):
        return ()
    minutes = [("usual minutes until a leader answered", max(counts.minutes, 1))] if counts.minutes is not None else []
    themes = [(theme_label(theme), many) for theme, many in counts.themes.items()]
    since = [("counted since", day_and_month(counts.since))] if counts.since.day != 1 else []
    return [*since, ("raised", counts.raised), ("answered", counts.answered), *minutes, *themes]


def _pulse(account: Account) -> Rows:
    return [*zip(account.pulse.statements, account.pulse.levels, strict=True)] if account.pulse else ()
