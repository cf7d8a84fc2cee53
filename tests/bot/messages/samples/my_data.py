"""Samples of a person's own data: the end of `/steward me`, the answers, and the text of an export."""

from datetime import date

from bot.messages import my_data, personal_exports, personal_labels
from bot.messages.personal_exports import Entry, Names
from tests.bot.messages.samples.people import ANA, BEN, NOW, TEAM, show

NAMES = Names(ANA.id, {ANA.id: ANA.name, BEN.id: BEN.name}, {TEAM.id: "#harbour-support"}, {})
ENTRIES = [
    Entry("shout-outs", "shoutouts", {
        "id": 1, "team_id": TEAM.id, "giver_id": BEN.id, "reason": "staying calm with <@UANA> and <@UGIL>",
        "values": ["empathy"], "given_at": NOW,
    }),
    Entry("meetings", "meetings", {
        "organizer_id": ANA.id, "attendee_id": "UGIL", "offered": [NOW.isoformat()], "is_confirmed": True,
        "sealed": "First line\nShout-outs (9)\nlast line",
    }, ["organizer_id", "attendee_id"]),
    Entry("profile and choices", "people", {
        "name": ANA.name, "absences": [(NOW, NOW)], "settings": {"birthdays": {"birthday": "14 March"}},
    }),
    Entry("one-on-one topics and notes", "notes", {"sealed": "About the roster", "follow_up_on": date(2026, 12, 1)}),
]  # fmt: skip

SAMPLES = [
    show("nothing agreed", my_data.build_blocks, {}),
    show("everything agreed", my_data.build_blocks, {**dict.fromkeys(my_data.AGREED, ""), "birthday": "public"}),
    *(show(name, my_data.stopped, name) for name in my_data.AGREED),
    show("", personal_exports.on_its_way),
    show("", personal_exports.describe_archive),
    show("nothing else", personal_exports.describe_left_out, []),
    show("some", personal_exports.describe_left_out, ["meetings", "notes"]),
    show("", personal_exports.render_text, ANA, "Harbour", ENTRIES, NAMES, "", NOW),
    show("", personal_labels.label, "people", "name"),
]
NOT_SHOWN = {my_data.names: "names of buttons", personal_exports.find_ids: "ids"}
