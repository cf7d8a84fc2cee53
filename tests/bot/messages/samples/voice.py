"""Samples of the voice of the frontline: drafts, the sponsor's message, its tables, and the months that were sent."""

from dataclasses import replace
from datetime import date

from bot.db.models import Private
from bot.features.voice.models import VoiceMonth
from bot.features.voice.rules import HandUpCounts
from bot.followups.models import Quoting, State
from bot.followups.rules import Step
from bot.messages.followups import forms as followup_forms
from bot.messages.followups import report
from bot.messages.followups.report import Done
from bot.messages.roadblocks import cards as roadblocks
from bot.messages.spikes import history
from bot.messages.voice import account, cards, lists, quotes, tables
from bot.messages.voice.account import HANDED_BACK, LEFT_OUT, TOO_FEW, Account, Idea, Listed, Quote
from tests.bot.messages.samples.people import GRACE, HOUR, LONG, MAYA, NOW, OTHER_TEAM, TEAM, Sample, show
from tests.bot.messages.samples.pulse import FIRST
from tests.bot.messages.samples.roadblocks import WITH_SPONSOR, roadblock
from tests.bot.messages.samples.spikes import MANY as SPIKES

MONTH = date(2026, 10, 1)
FOUND = VoiceMonth("T1", TEAM.id, MONTH, NOW, NOW + 48 * HOUR)
FOUND.id = 1
COMMENTED = VoiceMonth("T1", TEAM.id, MONTH, NOW, NOW + 48 * HOUR, comment=Private("Vouchers first.\nThen <macros>."))
COMMENTED.id = 2
ASKED = [roadblock(State.OWNED, number=number) for number in range(2, 9)]
for _each in ASKED:
    _each.followup.with_sponsor_since, _each.followup.sponsor_note = NOW, "Could we talk about the roster?"
HAND_UPS = HandUpCounts(since=date(2026, 10, 4), raised=9, answered=6, minutes=4, themes={"tools": 3})
DONE = {
    "roadblock": [Done("the voucher tool <logs> us out", "IT raised the limit", "followup:50")],
    "idea": [Done("a macro for refunds", "", "followup:51")],
    "promise": [Done(LONG * 3, "done & told", f"followup:{nth}") for nth in range(52, 64)],
}
QUOTED = [
    Quote("c1", "The voucher tool & its <log-in>"),
    Quote("followup:2", "We rekey every voucher by hand", has_writer=True),
    Quote("followup:3", "Two screens would save us an hour a day", MAYA.name, has_writer=True),
    Quote(
        "followup:7",
        "Returns take four clicks too many",
        has_writer=True,
        kind="roadblock",
        done=Done("Returns take four clicks too many", "one click now"),
    ),
    Quote(
        "followup:8",
        "Customers ask for a phone number",
        has_writer=True,
        kind="idea",
        idea=Idea("Customers ask for a phone number", 2, "new"),
    ),
    Quote("followup:4", "Acme Ltd is rude", "", LEFT_OUT, has_writer=True),
    Quote("followup:5", "Mr Smith calls daily", "", HANDED_BACK, has_writer=True),
]
FEWER = [QUOTED[0], QUOTED[2], Quote("followup:6", "The roster is unfair", "", TOO_FEW, has_writer=True)]
RAISED, ACCEPTED = roadblock(State.OPEN, number=9), roadblock(State.OWNED, number=12)
CONSENTS = [roadblock(State.OPEN, number=number, is_named=number == 10).followup for number in (10, 11)]
for _consent, _quoting in zip(CONSENTS, (Quoting.NAMED, Quoting.UNNAMED), strict=True):
    _consent.quoting = _quoting
FULL = Account(
    TEAM, MONTH, [("tools", 4), ("time", 3)],
    [
        Idea("a macro for <small> refunds", 4, "considering", "followup:20"),
        Idea("shorter greetings", 1, "new", "followup:21"),
    ],
    [WITH_SPONSOR, ASKED[0]], QUOTED, SPIKES, HAND_UPS, FIRST, DONE,
    "Vouchers first.\nThen <macros>.", MAYA.name,
)  # fmt: skip
LONG_QUOTES = [Quote(f"followup:{nth}", "&" * 3000, "x" * 80, has_writer=True) for nth in range(15)]
LITTLE = Account(TEAM, MONTH, ideas=[Idea("=SUM(A1) for everyone", 1, "new")])
MUCH = replace(
    LITTLE, ideas=[Idea(f"{nth}. {LONG}", 40 - nth, "new") for nth in range(40)], quotes=LONG_QUOTES,
    roadblocks=ASKED, hand_ups=HandUpCounts(since=MONTH, raised=3, answered=0), comment="Thanks.",
)  # fmt: skip
LEFT = replace(
    FULL, left_out={"ideas": [Listed("followup:22", "a portal for Acme Ltd")],
                    "roadblock": [Listed("followup:23", "Mr Smith calls daily")]},
)  # fmt: skip
MANY = replace(
    LITTLE,
    ideas=[Idea(f"> ask <@{MAYA.id}> about {nth}", 1, "new", f"followup:{nth}") for nth in range(5)],
    left_out={"ideas": [Listed(f"followup:{nth}", LONG) for nth in range(30, 38)]},
)

SAMPLES = [
    show("everything", cards.draft, FULL, COMMENTED, MAYA, GRACE),
    show("fewer than three quoted without a name", cards.draft, replace(LITTLE, quotes=FEWER), FOUND, MAYA, GRACE),
    show("one idea", cards.draft, LITTLE, FOUND, MAYA, GRACE),
    show("everything", cards.message, FULL, FOUND, roadblocks),
    show("one idea", cards.message, LITTLE, FOUND, roadblocks),
    show("too much", cards.message, MUCH, FOUND, roadblocks),
    show("for leaders", cards.words, FULL, is_for_sponsor=False),
    show("", cards.sent, TEAM, FOUND, MAYA, GRACE),
    show("no sponsor", cards.not_sent, TEAM, FOUND, MAYA, cards.NO_SPONSOR),
    show("turned off", cards.not_sent, TEAM, FOUND, MAYA, cards.TURNED_OFF),
    show("nothing left", cards.not_sent, TEAM, FOUND, MAYA, cards.NOTHING_LEFT),
    show("no sponsor", cards.told_not_sent, TEAM, FOUND, cards.NO_SPONSOR),
    show("too much", cards.draft, MUCH, FOUND, MAYA, GRACE),
    show("took it", cards.what_happened, ACCEPTED, Step.ACCEPT),
    show("marked as cleared", cards.what_happened, ACCEPTED, Step.ANSWER),
    show("sent back", cards.what_happened, ACCEPTED, Step.SEND_BACK),
    show("closed", cards.what_happened, ACCEPTED, Step.WITHDRAW),
    show("waits for the sponsor", cards.what_happened, WITH_SPONSOR, Step.KEEP),
    show("two left out", cards.draft, LEFT, FOUND, MAYA, GRACE),
    show("two left out", lists.choose_form, LEFT, FOUND, {}),
    show("a person's name, and more than ten", lists.choose_form, MANY, FOUND, {MAYA.id: "@maya"}),
    show("first", cards.comment_form, FOUND),
    show("changed", cards.comment_form, COMMENTED),
    show("", quotes.handed_back, TEAM, FOUND, RAISED.followup, MAYA),
    show("", quotes.change_form, FOUND, RAISED.followup),
    show("", quotes.changed, RAISED.followup),
    show("", quotes.taken_back, RAISED.followup),
    show("", quotes.not_answered, RAISED.followup),
    show("with and without a name", quotes.consents, [(TEAM, each) for each in CONSENTS]),
    show("none", cards.months, []),
    show("two teams", cards.months, [(TEAM, FOUND), (OTHER_TEAM, COMMENTED)]),
    show("", cards.month, cards.words(FULL, is_for_sponsor=False)),
    *(Sample(name, tables.build_files, content.decode) for name, content in tables.build_files(FULL, {}).items()),
    Sample("a formula", tables.build_files, tables.build_files(LITTLE, {})["ideas.csv"].decode),
]
NOT_SHOWN = {
    account.label_themes: "returns values",
    report.outcome_of: "shown in the report",
    account.key_of: "returns a key",
    lists.choose_button: "shown in the draft",
    lists.count_left_out: "shown in the draft",
    account.words_of: "returns what people wrote",
    account.shown_done: "returns values",
    account.shown_ideas: "returns values",
    account.roadblock: "shown in the message",
    account.quote_line: "shown in the message",
    quotes.draft_quotes: "shown in the draft",
    followup_forms.quoting_fields: "shown in the forms of roadblocks and ideas",
    report.part: "shown in the report",
    history.describe_times: "shown in the history",
    history.chart: "shown in the charts",
}
