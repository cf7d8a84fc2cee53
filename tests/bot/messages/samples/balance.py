"""Samples of a leader's balance: no data, too little data, and shares outside and within their target ranges."""

from bot.features.balance.models import LOGGED, Duty, Part, TimeEntry
from bot.features.balance.rules import DatedEntry, Fortnight
from bot.features.balance.settings import BalancePreferences
from bot.messages.balance import forms, nudges, overview, parser
from tests.bot.messages.samples.people import DAY, MAYA, NOW, TEAM, TODAY, show

FRONTLINE, PEOPLE, STRATEGY = Part


def fortnight(*minutes: int) -> Fortnight:
    """Build a fortnight from the minutes of each kind of work, one kind a day."""
    duty = {STRATEGY: Duty.STAFFING}
    each = zip(Part, minutes, strict=True)
    return Fortnight(
        TODAY, [DatedEntry(TODAY - n * DAY, part, many, duty.get(part)) for n, (part, many) in enumerate(each) if many]
    )


def entry(part: Part, minutes: int, ago: int = 0, duty: Duty | None = None, number: int = 1) -> TimeEntry:
    made = TimeEntry("T1", TEAM.id, MAYA.id, part, minutes, NOW - ago * DAY, f"{LOGGED}1", NOW, duty)
    made.id = number
    return made


LOGS = [entry(STRATEGY, 90, duty=Duty.STAFFING), entry(PEOPLE, 30, 1, number=2), entry(FRONTLINE, 60, 4, number=3)]
EARLY, NO_STRATEGY, GOOD = fortnight(0, 0, 60), fortnight(300, 300, 0), fortnight(120, 160, 180)
OUTSIDE = {
    f"{part} {word}": fortnight(*(most if each is part else rest for each in Part))
    for part in Part for word, most, rest in (("lacks", 20, 300), ("is too much", 900, 100))
}  # fmt: skip

SAMPLES = [
    show("nothing", overview.overview, MAYA, Fortnight(TODAY), []),
    show("too early", overview.overview, MAYA, EARLY, LOGS[:1]),
    show("no strategy", overview.overview, MAYA, NO_STRATEGY, []),
    show("as they like it", overview.overview, MAYA, GOOD, LOGS, "Removed: 30 min with people, today."),
    *(show(title, overview.overview, MAYA, each, []) for title, each in OUTSIDE.items()),
    show("", overview.logged_answer, MAYA, LOGS[0], TODAY),
    show("", overview.removed_answer, MAYA, LOGS[2], TODAY),
    show("nothing", overview.home_section, Fortnight(TODAY), BalancePreferences()),
    show("too early", overview.home_section, EARLY, BalancePreferences()),
    show("shares", overview.home_section, GOOD, BalancePreferences()),
    show("", overview.overview_modal, MAYA, GOOD),
    show("", forms.form, TODAY),
    show("", forms.logged_view, "Logged: 30 min with people, today."),
    show("", forms.usage),
    *(show(f"{minutes} minutes", overview.span, minutes) for minutes in (0, 45, 60, 90)),
    show("", overview.time_by_area, GOOD, BalancePreferences().bands),
    show("", overview.format_time_spent, 90, STRATEGY, Duty.STAFFING),
    show("", nudges.last_hour_item, 1, {"minutes": 430, "at": "16:00"}, TEAM),
    show("", nudges.free_morning_item, 1, {"minutes": 250}, TEAM),
]  # fmt: skip

NOT_SHOWN = {parser.parse_block: "reads what was typed"}
