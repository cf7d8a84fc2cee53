"""Samples of rituals: on, off, paused and custom; with and without a host, answers, goals, packs and coffee."""

from datetime import date, time
from typing import Any

from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.packs import Pack
from bot.features.rituals.quiz import AnswerCount, Outcome
from bot.features.rituals.settings import Lean, LeanWay
from bot.followups.models import Followup, Kind, State
from bot.messages.rituals import cards, coffee, forms, lists, packs, quiz
from bot.messages.rituals.lists import RitualEntry
from bot.messages.rituals.packs import PackEntry
from bot.org.teams.settings import Goals
from tests.bot.messages.samples.people import (
    ANA,
    CLOSED,
    DAY,
    DINA,
    MAYA,
    NOW,
    TEAM,
    TODAY,
    TOM,
    show,
    team,
)  # fmt: skip

DATES = [NOW + 7 * n * DAY for n in range(3)]
RULE = "FREQ=WEEKLY;BYDAY=TU"


def ritual(slug: str, prompts: Any = (), *, is_on: bool = True, pack: str = "", **more: Any) -> Ritual:
    about = {"about": "One thing each, & a smile.", "emoji": ":bulb:", "words": "A minute, <no more>.", "pack": pack}
    name = slug.replace("_", " ").capitalize()
    own = {"name": name, "when": RULE, "at": "10:00", "prompts": prompts, **about}
    return Ritual("T1", TEAM.id, slug, RULE, time(10), is_on=is_on, own=own, **more)


def run(prompt: str = "", host: str | None = None) -> RitualRun:
    made = RitualRun("T1", TEAM.id, 1, TODAY, NOW, prompt, host)
    made.id = 1
    return made


ASKS, ANSWERS = "What made you smile?", ["Carbon copy", "Close <circle>", "Common contact"]
QUESTION, PLAIN = ritual("question", [ASKS, "Who helped?"]), ritual("wins")
TRIVIA = ritual("trivia", [{"ask": "What is cc?", "answers": ANSWERS}])
OFF, PAUSED = ritual("gratitude", is_on=False), ritual("two_truths", paused_until=date(2026, 12, 1))
CATALOGED = Ritual("T1", TEAM.id, "coffee", "FREQ=MONTHLY;BYDAY=1MO", time(14), is_on=False)
YEARLY = ritual("kickoff")
YEARLY.rule = "FREQ=YEARLY;BYMONTH=10;BYDAY=1MO"
HOSTED, STEWARDS, TRIVIAL = run(ASKS, MAYA.id), run(ASKS), run("What is cc?", MAYA.id)
GOALS, LEANING = team(), team()
Goals(goals=["Answer within <an hour>"]).keep(GOALS)
Lean(way=LeanWay.PACE, by=MAYA.id, since=NOW - DAY).keep(LEANING)
WEEK = [ritual(f"service_week_{n}", pack="Service & week") for n in (1, 2)]
PLAN = [(NOW + n * DAY, each) for n, each in enumerate(WEEK)]
ON_PACK = PackEntry(Pack("Service & week", WEEK), PLAN, [])
OFF_PACK = PackEntry(Pack("Service & week", [ritual(f"service_week_{n}", is_on=False) for n in (1, 2)]), PLAN, PLAN)
ENTRIES = [
    RitualEntry(QUESTION, NOW + DAY, HOSTED), RitualEntry(PAUSED), RitualEntry(PLAIN), RitualEntry(OFF),
    RitualEntry(CATALOGED),
]  # fmt: skip
TWO, THREE = [MAYA, ANA], [MAYA, ANA, DINA]
OUTCOMES = {
    "some knew": Outcome("Carbon copy", AnswerCount(3, 5), AnswerCount(4, 6)),
    "all knew": Outcome("Carbon copy", AnswerCount(5, 5), None),
    "nobody knew": Outcome("Carbon copy", AnswerCount(0, 5), None), "too few": Outcome("Carbon copy", None, None),
    "changed": Outcome(None, None, None),
}  # fmt: skip
QUIZ = quiz.answer_buttons(TRIVIAL, ANSWERS)
OPEN = [
    Followup("T1", TEAM.id, Kind.ROADBLOCK, ANA.id, "the <voucher> tool logs us out", NOW, State.OPEN),
    Followup("T1", TEAM.id, Kind.IDEA, ANA.id, "a macro for refunds under 20 euros", NOW, State.OPEN),
]
MORE = cards.kickoff_blocks(GOALS, HOSTED)
FACTS = {"pack": "Service & week", "days": [f"{TODAY:%Y-%m-%d}", f"{TODAY + DAY:%Y-%m-%d}"]}


SAMPLES = [
    show("hosted", cards.card, TEAM, QUESTION, HOSTED),
    show("Steward hosts, asks nothing", cards.card, TEAM, PLAIN, run()),
    show("with answers", cards.card, TEAM, TRIVIA, TRIVIAL, (), QUIZ),
    show("with more", cards.card, TEAM, QUESTION, HOSTED, MORE),
    show("", cards.ritual_blocks, QUESTION, ASKS),
    show("", cards.heading, PLAIN),
    show("no goals", cards.kickoff_blocks, TEAM, HOSTED),
    show("a goal", cards.kickoff_blocks, GOALS, HOSTED),
    show("still open", cards.kickoff_blocks, TEAM, HOSTED, OPEN),
    show("leaning", cards.kickoff_blocks, LEANING, HOSTED),
    *(show(str(way), cards.lean_line, way) for way in LeanWay),
    show("", cards.waiting_line, QUESTION, HOSTED),
    show("comes again", cards.skipped_line, TEAM, QUESTION, HOSTED, NOW + 7 * DAY),
    show("", cards.skipped_line, TEAM, QUESTION, HOSTED, None),
    show("", cards.host_asked, TEAM, QUESTION, HOSTED, MAYA),
    show("a swap", cards.host_asked, TEAM, QUESTION, HOSTED, TOM, MAYA.id),
    show("with answers", cards.host_asked, TEAM, TRIVIA, TRIVIAL, DINA),
    show("", cards.host_skipped, HOSTED, MAYA.id),
    show("", cards.host_swapped, QUESTION, HOSTED, MAYA.id, TOM.id),
    show("", cards.host_called_off, QUESTION, HOSTED, MAYA.id),
    show("the host", cards.host_started, TEAM, QUESTION, HOSTED, MAYA.id),
    show("the host, with answers", cards.host_started, TEAM, TRIVIA, TRIVIAL, MAYA.id),
    show("who did not answer", cards.host_started, TEAM, QUESTION, STEWARDS, MAYA.id),
    show("two", coffee.paired_note, HOSTED, TWO, MAYA, NOW + DAY),
    show("three, never at work together", coffee.paired_note, HOSTED, THREE, MAYA, None),
    show("two", coffee.ask_whether_met, HOSTED, TWO, MAYA),
    show("three", coffee.ask_whether_met, HOSTED, THREE, ANA),
    show("met", coffee.answered_card, HOSTED, MAYA.id, has_met=True),
    show("not met", coffee.answered_card, HOSTED, MAYA.id, has_met=False),
    show("", forms.when_form, TEAM, QUESTION),
    show("its days are its own", forms.when_form, TEAM, YEARLY),
    show("", forms.confirm_dates_form, TEAM, QUESTION, RULE, time(10), DATES, ASKS),
    show("on", forms.preview_view, TEAM, QUESTION, DATES, ASKS),
    show("off, no dates", forms.preview_view, TEAM, OFF, [], ""),
    show("", forms.saved_sheet, TEAM, QUESTION, DATES),
    show("", forms.paused_sheet, PAUSED),
    show("new", forms.own_form, TEAM, None),
    show("there already", forms.own_form, TEAM, TRIVIA),
    show("", forms.pause_form, TEAM, QUESTION, NOW),
    show("", forms.swap_form, QUESTION, HOSTED, [TOM, DINA]),
    show("nobody else", forms.swap_form, QUESTION, HOSTED, []),
    show("", lists.summarize, QUESTION),
    show("a leader", lists.ritual_list, TEAM, ENTRIES, [ON_PACK], TODAY, leads=True),
    show("an agent, a pack started by hand", lists.ritual_list, TEAM, ENTRIES[:1], [OFF_PACK], TODAY, leads=False),
    show("none yet, closed", lists.ritual_list, CLOSED, [], [], TODAY, leads=True),
    show("on, a leader", packs.pack_entry, TEAM, ON_PACK, leads=True),
    show("off, a leader", packs.pack_entry, TEAM, OFF_PACK, leads=True),
    show("", packs.pack_span, TEAM, PLAN),
    show("", packs.pack_preview, TEAM, ON_PACK, [ASKS, ""]),
    show("", packs.start_form, TEAM, ON_PACK.pack, NOW),
    show("", packs.confirm_start_form, TEAM, ON_PACK.pack, PLAN, TODAY),
    show("", packs.started_sheet, TEAM, ON_PACK.pack, PLAN),
    show("", packs.announcement, 1, FACTS, TEAM),
    show("", quiz.answer_buttons, TRIVIAL, ANSWERS),
    show("no answers", quiz.answer_buttons, TRIVIAL, []),
    show("", quiz.answer_noted, "Close <circle>"),
    *(show(title, quiz.revealed_answer, each) for title, each in OUTCOMES.items()),
]  # fmt: skip

NOT_SHOWN = {
    forms.build_form: "the frame of the forms that are shown",
    forms.build_confirmation: "the frame of the sheets that are shown",
    **dict.fromkeys((cards.card_name, cards.host_card_name), "the outbox's name of a card"),
    packs.pack_reference: "what a button carries",
}
