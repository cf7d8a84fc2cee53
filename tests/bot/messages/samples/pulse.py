"""Samples of the pulse: the question and its form, results with and without a trend, comments and their answer."""

from datetime import datetime, timedelta

from bot.db.models import Private
from bot.features.pulse import rules, settings
from bot.features.pulse.models import PulseComment, PulseRound
from bot.features.pulse.rules import Level
from bot.messages import settings as settings_messages
from bot.messages.pulse import cards, forms
from tests.bot.messages.samples.people import ANA, DAY, DINA, HOUR, LONG, MAYA, NOW, TEAM, show

OPENED = datetime(2026, 11, 10, 10, tzinfo=NOW.tzinfo)
CLOSES = OPENED + 8 * DAY + 6 * HOUR
LOW, MIXED, HIGH = Level
OWN = ["We can take a break when we need one", f"Prices & <limits> are where I look for them{'?' * 75}"]
COMMENTS = ["The voucher tool & its <log-in>", "More time for training", "Nothing, thanks", "x" * 90, "&" * 1000]


def pulse_round(*levels: Level, statements: list[str] | None = None, month: int = 0, answered: int = 5) -> PulseRound:
    """Return a round of `month` months before, closed unless it has no levels and nobody has answered."""
    opened_at = OPENED - timedelta(days=28) * month
    said = statements or [*settings.STATEMENTS]
    found = PulseRound("T1", TEAM.id, opened_at, CLOSES, said, 6, Private(""), [], 0, None)
    found.id, found.levels, found.asked, found.answered = 1, [*levels], 6, answered
    found.closed_at = CLOSES if answered else None
    return found


def comment(words: str, *, may_be_quoted: bool = False) -> PulseComment:
    return PulseComment("T1", words[:9], 1, Private(words), may_be_quoted, CLOSES)


OPEN = pulse_round(answered=0)
OPEN_WITH_OWN = pulse_round(statements=[*settings.STATEMENTS, *OWN], answered=0)
FIRST, TOO_FEW = pulse_round(HIGH, MIXED), pulse_round(answered=4)
REPLIED = pulse_round(HIGH, MIXED)
REPLIED.is_replied = True
SIX = [pulse_round(*levels, month=5 - nth) for nth, levels in enumerate(
    [(LOW, HIGH), (LOW, MIXED), (MIXED, MIXED), (MIXED, LOW), (HIGH, LOW)]
)]  # fmt: skip
WITH_OWN = pulse_round(HIGH, MIXED, LOW, HIGH, statements=[*settings.STATEMENTS, *OWN])
TREND = [*SIX, WITH_OWN]
SAME_MONTH = [pulse_round(LOW, HIGH), FIRST]
SAME_MONTH[0].opened_at = OPENED - 7 * DAY
SAID = [comment(words, may_be_quoted=nth in (1, 3)) for nth, words in enumerate(COMMENTS)]
MANY = [comment(LONG, may_be_quoted=True)] * (forms.MOST_SHOWN + 12)
OFF = forms.status(None, None, 6, rules.FEWEST_AGENTS, MAYA)
OWN_SETTINGS = settings.Settings(is_on=True, own=OWN)
WORDS = "The voucher tool comes first: IT is fixing it this month.\nMore training isn't possible before January."

SAMPLES = [
    show("", cards.question, OPEN, TEAM, "dm:1", ANA),
    show("two of their own, in New York", cards.question, OPEN_WITH_OWN, TEAM, "dm:1", DINA),
    show("the first", cards.results, FIRST, [FIRST], TEAM),
    show("a trend over six rounds, with statements of their own", cards.results, WITH_OWN, TREND, TEAM),
    show("a trend within a month", cards.results, FIRST, SAME_MONTH, TEAM),
    show("too few answers", cards.results, TOO_FEW, [TOO_FEW], TEAM),
    show("without comments", cards.leaders_results, FIRST, [FIRST], TEAM, MAYA.id, 0),
    show("with comments", cards.leaders_results, FIRST, [FIRST], TEAM, MAYA.id, 3),
    show("with comments, answered", cards.leaders_results, REPLIED, [REPLIED], TEAM, MAYA.id, 3),
    show("with a trend", cards.leaders_results, WITH_OWN, TREND, TEAM, MAYA.id, 3),
    show("too few answers", cards.leaders_results, TOO_FEW, [TOO_FEW], TEAM, MAYA.id, 0),
    show("", cards.discarded, TOO_FEW),
    show("", cards.reply, FIRST, TEAM, MAYA.id, WORDS, []),
    show("with quotes, long", cards.reply, FIRST, TEAM, MAYA.id, "<" * forms.LONGEST_REPLY, COMMENTS),
    show("", forms.answer_form, OPEN, TEAM, ANA),
    show("two of their own, in New York", forms.answer_form, OPEN_WITH_OWN, TEAM, DINA),
    show("", forms.sent, OPEN, TEAM, ANA),
    show("", forms.comments, SAID),
    show("many", forms.comments, MANY),
    show("nothing to quote", forms.reply_form, FIRST, [comment("More time")]),
    show("something to quote", forms.reply_form, FIRST, SAID),
    show("many to quote", forms.reply_form, FIRST, MANY),
    show("", forms.about, OFF),
    show("off", forms.status, FIRST, None, 6, rules.FEWEST_AGENTS, ANA),
    show("off, too few agents", forms.status, None, None, 4, rules.FEWEST_AGENTS, ANA),
    show("on", forms.status, FIRST, OPENED + 28 * DAY, 6, rules.FEWEST_AGENTS, ANA),
    show("a round is open", forms.status, OPEN, OPENED + 28 * DAY, 4, rules.FEWEST_AGENTS, DINA),
    show("", forms.above_settings, OFF, None),
    show("a round is open", forms.above_settings, forms.status(OPEN, None, 6, rules.FEWEST_AGENTS, MAYA), OPEN),
    show("of the pulse", settings_messages.form, TEAM, OWN_SETTINGS, above=OFF, close="Cancel"),
]
NOT_SHOWN = {
    forms.notice: "shows a sentence from elsewhere", forms.shown: "part of a message",
    forms.score_block: "the id of a block", cards.result_card: "the outbox's name of a card",
    cards.leader_card: "the outbox's name of a card",
}  # fmt: skip
