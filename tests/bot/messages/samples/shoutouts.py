"""Samples of shout-outs: one receiver and several; public, private and quiet; for the giver and the receiver."""

from datetime import timedelta
from typing import Any

from bot.features.shoutouts.credits import NoteChange
from bot.features.shoutouts.models import Kind, Manner, MessageRef, Shoutout, Way
from bot.followups.models import Kind as FollowupKind
from bot.messages.shoutouts import (
    answers,
    cards,
    classification,
    forms,
    lists,
    nudges,
    parser,
    postponed,
    reasons,
    tokenizer,
)
from bot.org.people import Person
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    CLOSED,
    DAY,
    DINA,
    GRACE,
    LONG,
    MAYA,
    NAMES,
    NOW,
    OTHER_TEAM,
    PEOPLE,
    TEAM,
    TOM,
    URL,
    show,
)  # fmt: skip

PLACE = MessageRef("CHARBOUR", "1700000000.000100")


def shoutout(*receivers: Person, reason: str = "staying calm #empathy", number: int = 1, **more: Any) -> Shoutout:
    ids = [each.id for each in receivers]
    said: dict[str, Any] = {"way": Way.SPOKEN, "named": ids, "given_at": NOW, **more}
    source = str(PLACE) if said["way"] != Way.SPOKEN else "delivery"
    made = Shoutout(
        "T1", TEAM.id, MAYA.id, source, source, reason=reason, values=[], receivers=ids, made_at=NOW, **said
    )
    made.id = number
    return made


ONE, TWO, MANY = shoutout(ANA), shoutout(ANA, BEN, number=2), shoutout(ANA, BEN, DINA, GRACE, TOM, MAYA, number=3)
GOOD_CALL = shoutout(ANA, reason="refunding <at once> & saying so", kind=Kind.GOOD_CALL, number=4)
PRIVATE = shoutout(ANA, is_private=True, named=[], number=5)
QUIET = shoutout(ANA, named=[], number=6)
ONE_QUIET = shoutout(ANA, BEN, named=[BEN.id], number=7)
FOR_TEAM = shoutout(ANA, BEN, is_for_team=True, named=[], number=8)
HEARD = shoutout(ANA, way=Way.HEARD, number=9)
REACTION = shoutout(ANA, way=Way.REACTION, reason="", number=10)
OFFERED = shoutout(ANA, given_at=None, number=11)
LATER = shoutout(ANA, given_at=None, kept_until=NOW + DAY, number=12)
UNSENT = shoutout(DINA, given_at=None, undone_at=NOW, reason=LONG, number=13)
TYPOS = shoutout(ANA, reason="the calm #empaty #speed", number=14)
CALLED = {each.id: each.name for each in PEOPLE.values()}
RECEIVERS = {each.id: each.receivers for each in (ONE, TWO, MANY, GOOD_CALL, PRIVATE, FOR_TEAM, REACTION)}
WEEK = [ONE, TWO, MANY, GOOD_CALL, FOR_TEAM]
FACTS = {"people": [ANA.id], "days": 10}

SAMPLES = [
    *(show(title, cards.card, each, TEAM, URL) for title, each in {
        "one person": ONE, "two": TWO, "the whole team": FOR_TEAM, "a good call": GOOD_CALL, "a message": HEARD,
    }.items()),
    show("what they did", cards.with_reason, "Maya thanks Ana", "staying calm"),
    show("a thing", cards.with_reason, "Maya thanks Ana", "the night shift"),
    show("for a thing", cards.with_reason, "Maya thanks Ana", "for the night shift"),
    show("a good call, for a thing", cards.with_reason, "Maya thanks Ana for a good call", "for the night shift"),
    show("in the channel", cards.note, ONE, TEAM, ANA.id, URL),
    show("in private", cards.note, PRIVATE, TEAM, ANA.id, URL),
    show("a good call", cards.note, GOOD_CALL, TEAM, ANA.id, URL),
    show("in a message", cards.note, HEARD, TEAM, ANA.id, URL),
    show("without a card", cards.note, ONE, CLOSED, ANA.id, URL),
    show("given", cards.change_steps, ONE, TEAM, [NoteChange(ONE, ANA.id, "new")], URL, "new"),
    show("taken back", cards.change_steps, ONE, TEAM, [NoteChange(ONE, ANA.id, "gone")], URL, "gone"),
    show("one", cards.daily_note, TEAM, [(PLACE, [MAYA.id])], URL),
    show("many", cards.daily_note, TEAM, [(PLACE, [*PEOPLE]), (PLACE, [MAYA.id])], URL),
    show("more than fits", cards.daily_note, TEAM, [(PLACE, [MAYA.id])] * 42, URL),
    *(show(title, answers.given_answer, each, TEAM) for title, each in {
        "one": ONE, "in private": PRIVATE, "likes it quiet": QUIET, "one of two likes it quiet": ONE_QUIET,
        "the whole team": FOR_TEAM, "unknown tags": TYPOS,
    }.items()),
    show("the channel is closed", answers.given_answer, ONE, CLOSED),
    show("perhaps another", answers.given_answer, ONE, TEAM, answers.Unsure([BEN.id])),
    show("perhaps another", answers.partly_understood, ONE, [BEN.id]),
    show("a name is unclear", answers.partly_understood, ONE, [], answers.unknown_names(["@bent"])),
    show("given", answers.thanked_too, TWO),
    show("offered", answers.thanked_too, OFFERED),
    show("one cannot be thanked", answers.thanked_too, ONE, [BEN.id]),
    show("", answers.limit_reached_answer, OFFERED),
    show("perhaps another", answers.limit_reached_answer, OFFERED, [BEN.id]),
    show("", answers.limit_reached_text, OFFERED),
    show("", answers.undone_answer),
    show("", answers.postponed_answer, NOW + DAY, MAYA),
    show("", answers.usage),
    show("", answers.unknown_name, "bent"),
    show("", answers.empty_group, "night-shift"),
    show("", answers.with_words, answers.NAME_FIRST, "ana for the calm"),
    show("one", answers.unknown_names, ["@bent"]),
    show("several", answers.unknown_names, ["@bent", "@annna", "@t", "@u"]),
    show("", answers.too_many),
    show("empty", forms.form),
    show("for a leader of two teams", forms.form, teams=[TEAM, OTHER_TEAM], leads=True),
    show(
        "filled in, about a message, refused", forms.form, receivers=[ANA.id], reason=f"helping <@{BEN.id}>",
        names=NAMES, teams=[TEAM], manner=Manner(Kind.GOOD_CALL, is_private=True), about=PLACE,
        refusal=answers.unknown_name("bent"),
    ),
    show("", forms.limit_reached_view, OFFERED),
    show("", forms.given_form, answers.given_answer(ONE, TEAM)),
    show("", forms.answer_view, answers.postponed_answer(NOW + DAY, MAYA)),
    show("nothing", lists.latest_for_person, [], [], RECEIVERS, URL),
    show("received and given", lists.latest_for_person, [ONE, PRIVATE, REACTION], [MANY], RECEIVERS, URL),
    show("nothing", lists.week_of_team, TEAM, [], RECEIVERS),
    show("one", lists.week_of_team, TEAM, [ONE], RECEIVERS),
    show("several", lists.week_of_team, TEAM, WEEK, RECEIVERS, 3),
    show("more than fits", lists.week_of_team, TEAM, [ONE] * 62, RECEIVERS, 1),
    show("one", lists.weekly_summary, TEAM, [ONE], RECEIVERS, CALLED, 1),
    show("several, with a ritual", lists.weekly_summary, TEAM, WEEK, RECEIVERS, CALLED, 0, answers.undone_answer()),
    show("nothing", lists.home_section, [], RECEIVERS, URL),
    show("several", lists.home_section, [ONE, GOOD_CALL], RECEIVERS, URL),
    show("nothing", lists.team_at_home, TEAM, [], RECEIVERS),
    show("several", lists.team_at_home, TEAM, WEEK, RECEIVERS),
    *(show(f"week {n}", nudges.quiet_question, NOW + timedelta(weeks=n)) for n in range(len(nudges.QUESTIONS))),
    show("", nudges.casual_thanks_item, 1, FACTS, TEAM),
    show("one", nudges.unthanked_item, 1, FACTS, TEAM),
    show("with reasons", nudges.unthanked_item, 1, {**FACTS, "people": [ANA.id, BEN.id], "reasons": [
        {"who": ANA.id, "kind": FollowupKind.IDEA, "text": "a macro for <refunds>"},
        {"who": BEN.id, "kind": FollowupKind.ROADBLOCK, "text": LONG},
    ]}, TEAM),
    show("several", nudges.unthanked_item, 1, {**FACTS, "people": [ANA.id, BEN.id]}, TEAM),
    show("to one", postponed.unsent_answer, UNSENT, [DINA.id], PEOPLE),
    show("to several, others got it", postponed.unsent_answer, ONE, [DINA.id, BEN.id], PEOPLE),
    show("with a note", postponed.missing_card_answer, ONE, TEAM, PEOPLE, has_notes=True),
    show("the whole team", postponed.missing_card_answer, FOR_TEAM, TEAM, PEOPLE, has_notes=False),
    show("nothing", postponed.postponed_sections, MAYA, [], PEOPLE),
    show("several", postponed.postponed_sections, MAYA, [LATER, UNSENT], PEOPLE),
]  # fmt: skip

NOT_SHOWN = {
    **dict.fromkeys((cards.card_name, cards.note_name), "the outbox's name of a card"),
    **dict.fromkeys(
        (parser.parse_manner, parser.parse_command, parser.parse_message, forms.parse_metadata,
         reasons.normalize_reason, reasons.without_quotes, reasons.without_lead, reasons.as_typed,
         reasons.unnamed_mentions, classification.find_runs,
         classification.classify_names, tokenizer.strip_invisible, tokenizer.tokenize),
        "reads what was typed",
    ),
}  # fmt: skip
