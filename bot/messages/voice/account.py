"""What a month's message tells, in parts: as mrkdwn for the message itself, in the same words for its draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.features.pulse.models import PulseRound
from bot.features.spikes.history import SpikeHistory
from bot.features.visits.themes import theme_label
from bot.features.voice.rules import HandUpCounts
from bot.followups.models import Followup
from bot.followups.rules import Role
from bot.messages.followups.cards import View, quoted, words_for
from bot.messages.followups.report import MOST_LISTED, TITLES, Done, outcome_of, part
from bot.messages.spikes.history import describe_times
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, count_noun, escape, one_line, shortened
from bot.text.formats import day_and_month
from bot.text.safety import escape_all

MOST = 5
"""How many ideas and roadblocks are listed, with only the number of the others; and how many quotes of each kind."""
LONGEST = 500
LONGEST_QUOTE = 600
"""As long as roadblocks and ideas may be, so that only comments of the pulse are cut."""
QUOTES = "In the team's own words"


class Idea(NamedTuple):
    text: str
    votes: int
    state: str
    key: str = ""
    """The follow-up's `about`."""


class Quote(NamedTuple):
    """Somebody's exact words, with what leaders may do about them in the draft."""

    key: str
    """The id of a comment of the pulse, or the `about` of a follow-up."""
    words: str
    by: str = ""
    """The author's name; empty if the quote is shown without it."""
    state: str = ""
    """`LEFT_OUT`, `HANDED_BACK` or `TOO_FEW` if it is not sent as things are."""
    has_writer: bool = False
    """Whether the bot knows who wrote it, and can ask them."""
    kind: str = ""
    """The kind of follow-up; empty for a comment of the pulse."""
    idea: Idea | None = None
    """The idea whose words it has, which is not listed then."""
    done: Done | None = None
    """What was done about it, which is not listed then."""


ROADBLOCKS, ROADBLOCKS_FOR_SPONSOR = "Roadblocks that need the sponsor", "Roadblocks that need you"
DONE = {"roadblock": "cleared", "idea": "done"}
IDEAS = "Ideas, most votes first"
LEFT_OUT, HANDED_BACK, TOO_FEW = "left_out", "handed_back", "too_few"


class Listed(NamedTuple):
    """Something in a list of the draft that leaders can leave out of the message."""

    key: str
    words: str


@dataclass(frozen=True)
class Account:
    """Everything that the message says about a team's month."""

    team: Team
    month: date
    themes: Sequence[tuple[str, int]] = ()
    ideas: Sequence[Idea] = ()
    """Most votes first."""
    roadblocks: Sequence[View] = ()
    """Those for which the sponsor has been asked."""
    quotes: Sequence[Quote] = ()
    """Those of the draft, in no order that tells whose they are."""
    spikes: SpikeHistory | None = None
    hand_ups: HandUpCounts | None = None
    pulse: PulseRound | None = None
    done: Mapping[str, Sequence[Done]] = field(default_factory=dict)
    comment: str = ""
    comment_by: str = ""
    """The name of the leader who wrote the comment."""
    left_out: Mapping[str, Sequence[Listed]] = field(default_factory=dict)
    """What leaders have left out of the lists, by the name of its part."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell; a comment alone is no reason for a message."""
        told = (self.themes, self.ideas, self.roadblocks, self.quoted, self.spikes, self.hand_ups, self.pulse)
        return not (any(told) or any(self.done.values()))

    @property
    def quoted(self) -> Sequence[Quote]:
        """The quotes that are sent as things are."""
        return [each for each in self.quotes if not each.state]

    @property
    def name(self) -> str:
        """Return the month, like `February 2031`."""
        return f"{self.month:%B %Y}"


def tell(account: Account, *, is_for_sponsor: bool) -> dict[str, str]:
    """Return each part that has something to tell as mrkdwn, by its name.

    Only the sponsor reads what the owner of a roadblock wrote for the sponsor. Leaders read the roadblock itself.
    """
    parts = {
        "themes": _listed("What got in the way", [f"{theme} ({many})" for theme, many in label_themes(account)]),
        "roadblocks": _roadblocks(account, is_for_sponsor=is_for_sponsor),
        "ideas": _ideas(account),
        "quotes": _quotes(account),
        "spikes": _spikes(account.spikes) if account.spikes else "",
        "hand_ups": _hand_ups(account.hand_ups) if account.hand_ups else "",
        "pulse": _pulse(account.pulse) if account.pulse else "",
        **{kind: part(TITLES[kind], account.done[kind]) for kind in TITLES if account.done.get(kind)},
        "comment": _comment(account),
    }
    return {name: text for name, text in parts.items() if text}


def list_shown(account: Account) -> dict[str, list[Listed]]:
    """Return what the lists of the draft show one by one, by the name of its part."""
    shown = {
        "roadblocks": [Listed(key_of(each.followup), each.followup.text) for each in account.roadblocks[:MOST]],
        "ideas": [Listed(each.key, each.text) for each in account.ideas[:MOST]],
    }
    for kind in TITLES:
        shown[kind] = [Listed(each.key, each.text) for each in account.done.get(kind, ())[:MOST_LISTED]]
    return {part: found for part, found in shown.items() if found}


def key_of(roadblock: Followup) -> str:
    """Return the key of a roadblock that needs the sponsor, which differs from that of its quote."""
    return f"sponsor:{roadblock.id}"


def label_themes(account: Account) -> list[tuple[str, int]]:
    return [(theme_label(theme), many) for theme, many in account.themes]


def words_of(roadblock: Followup, *, is_for_sponsor: bool) -> str:
    """Return a roadblock's words for the sponsor or for leaders."""
    return shortened(words_for(roadblock, {Role.SPONSOR}) if is_for_sponsor else roadblock.text, LONGEST)


def shown_done(account: Account) -> list[tuple[str, Done]]:
    """Return the follow-ups that are told as done, in a list or as a quote, with their kind."""
    listed = [(kind, each) for kind in TITLES for each in account.done.get(kind, ())[:MOST_LISTED]]
    return [*listed, *((each.kind, each.done) for each in account.quoted if each.done)]


def shown_ideas(account: Account) -> list[Idea]:
    """Return the ideas that are told, in the list or as a quote."""
    return [*account.ideas[:MOST], *(each.idea for each in account.quoted if each.idea)]


def _listed(title: str, lines: Sequence[str], left: int = 0) -> str:
    if not lines:
        return ""
    more = [f"and {left} more"] if left > 0 else []
    return "\n".join([f"*{title}*", *(f"• {each}" for each in lines), *more])


def _roadblocks(account: Account, *, is_for_sponsor: bool) -> str:
    """List the roadblocks that wait for the sponsor. In the message, each is followed by its buttons instead."""
    texts = [words_of(each.followup, is_for_sponsor=is_for_sponsor) for each in account.roadblocks]
    lines = [one_line(escape(each)) for each in texts[:MOST]]
    title = ROADBLOCKS_FOR_SPONSOR if is_for_sponsor else ROADBLOCKS
    return _listed(title, lines, len(texts) - MOST)


def roadblock(view: View) -> str:
    """Return a roadblock as the sponsor reads it above its buttons."""
    return quoted(words_of(view.followup, is_for_sponsor=True))


def _ideas(account: Account) -> str:
    lines = [f"{_idea(each)}{_standing(each)}" for each in account.ideas[:MOST]]
    return _listed(IDEAS, lines, len(account.ideas) - MOST)


def _idea(idea: Idea) -> str:
    return " ".join(escape(shortened(idea.text, LONGEST)).split())


def _standing(idea: Idea) -> str:
    return f" ({count_noun(idea.votes, 'vote')}, {idea.state})"


def _quotes(account: Account) -> str:
    return _listed(QUOTES, [quote_line(each) for each in account.quoted])


def quote_line(quote: Quote) -> str:
    """Return a quote as one line, with its author's name if it is quoted with it, and what became of it."""
    words = " ".join(escape(shortened(quote.words, LONGEST_QUOTE)).split())
    line = f"“{words}” – {escape_all(f'@{quote.by}')}" if quote.by else f"“{words}”"
    if quote.idea:
        line += _standing(quote.idea)
    elif quote.done:
        line += f" ({DONE[quote.kind]})"
    return line + (outcome_of(quote.done) if quote.done else "")


def _spikes(found: SpikeHistory) -> str:
    by_queue = ", ".join(f"{escape(queue)} ({many})" for queue, many in found.by_queue.items())
    return f"*{count_noun(found.total, 'queue spike')}*\nBy queue: {by_queue}. {describe_times(found)}"


def _hand_ups(counts: HandUpCounts) -> str:
    since = "" if counts.since.day == 1 else f" since {day_and_month(counts.since)}"
    text = f"*{count_noun(counts.raised, 'hand-up')}*{since}\nLeaders answered {counts.answered} of {counts.raised}"
    if counts.minutes is not None:
        text += f", usually within {count_noun(max(counts.minutes, 1), 'minute')}"
    themes = comma_joined(f"{theme_label(theme)} ({many})" for theme, many in counts.themes.items())
    return f"{text}. What they were about: {themes}." if themes else f"{text}."


def _pulse(found: PulseRound) -> str:
    lines = [
        f"*{level.capitalize()}:* {escape(said)}" for said, level in zip(found.statements, found.levels, strict=True)
    ]
    return _listed(f"Pulse: {found.answered} of {found.asked} answered", lines)


def _comment(account: Account) -> str:
    who = escape_all(f"@{account.comment_by}") if account.comment_by else "A leader"
    return f"*{who} adds*\n{quoted(account.comment)}" if account.comment else ""
