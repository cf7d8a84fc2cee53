"""Show a leader their last two weeks: a gauge for each kind of work, one remark, and the latest logged time."""

from collections.abc import Sequence
from datetime import date

from slackblocks import ActionsBlock, Block, Button, ModalView, SectionBlock

from bot.features.balance import rules
from bot.features.balance.models import Duty, Part, TimeEntry
from bot.features.balance.rules import Fortnight
from bot.features.balance.settings import BalancePreferences, Band
from bot.org.people import Person
from bot.slack.mrkdwn import bar, comma_joined
from bot.slack.post import Post, context
from bot.text.formats import on

FORM = "balance:form"
OPEN = "balance:open"
SHOW = "balance:show"
TAKE_BACK = "balance:take_back"
YES = "balance:yes"
PART = "part"

EXAMPLE = "`/balance log strategy 90 staffing`"
OTHER = "`/balance log people 30`"
SPENT = {Part.FRONTLINE: "on the frontline", Part.PEOPLE: "with people", Part.STRATEGY: "on strategy"}
DUTIES = comma_joined(each.label for each in Duty)
ALONE = "Only you can see this."
EARLY = "I'll show percentages once I have at least six hours, spread over three days or more."
NO_STRATEGY = (
    f"Strategy counts only when you log it: {EXAMPLE}. I'll show percentages once you've logged some and I "
    "have at least six hours, spread over three days or more."
)
LACKING = {
    Part.FRONTLINE: "Your frontline time is below your range. An hour in the queue or with an agent would help.",
    Part.PEOPLE: "Your time with people is below your range. Half an hour with one agent would help.",
    Part.STRATEGY: "Your strategy time is below your range. One block of 90 minutes would help.",
}
FULL = {
    Part.FRONTLINE: "Your frontline time is above your range. Could someone else take an hour in the queue?",
    Part.PEOPLE: "Your time with people is above your range. Could one of your one-on-ones be shorter?",
    Part.STRATEGY: "Your strategy time is above your range. Could you swap some of it for an hour with an agent?",
}
TITLE = "*Your last 14 days*"
WITHIN_RANGES = "All three are within your ranges."


def span(minutes: int) -> str:
    """Format a length of time, such as `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def format_time_spent(minutes: int, part: Part, duty: str | None = None) -> str:
    """Format a length of time and what it was for: `1 h 30 min on strategy (staffing)`."""
    return f"{span(minutes)} {SPENT[part]}{f' ({Duty(duty).label})' if duty else ''}"


def overview(leader: Person, fortnight: Fortnight, logged: Sequence[TimeEntry], said: str = "") -> Post:
    """Show a leader's own last two weeks; `said` confirms what the leader has just done."""
    own = BalancePreferences.of(leader)
    words = [said, time_by_area(fortnight, own.bands), _remark(fortnight, own.bands)]
    blocks: list[Block] = [SectionBlock(said, block_id="said")] if said else []
    if fortnight.total:
        blocks.append(SectionBlock(words[1], block_id="told"))
    blocks.append(SectionBlock(words[2], block_id="stands_out"))
    blocks += [_entry(leader, each, fortnight.today) for each in logged]
    blocks.append(ActionsBlock([Button("Log time", action_id=OPEN)], block_id="log"))
    alone = f"{ALONE} To change your ranges, use `/steward me`."
    blocks.append(context(alone, "alone"))
    return Post("\n".join([*(each for each in words if each), alone]), blocks)


def logged_answer(leader: Person, block: TimeEntry, today: date) -> Post:
    """Confirm a logged block of time, with a button to undo it."""
    text = f"{_logged(leader, block, today)} `/balance` shows your last 14 days. {ALONE}"
    return Post(text, [SectionBlock(text, block_id="logged"), ActionsBlock([_take_back(block)], block_id="take_back")])


def removed_answer(leader: Person, block: TimeEntry, today: date) -> str:
    return f":leftwards_arrow_with_hook: Removed: {_entry_text(leader, block, today)}."


def _logged(leader: Person, block: TimeEntry, today: date) -> str:
    return f":white_check_mark: Logged: {_entry_text(leader, block, today)}."


def time_by_area(fortnight: Fortnight, bands: dict[Part, Band]) -> str:
    """Return a line for each kind of work, with its gauge once there is enough data, and one for strategy duties."""
    if not fortnight.total:
        return ""
    lines = [_line(fortnight, part, band) for part, band in bands.items()]
    duties = [f"{duty.label} {span(minutes)}" for duty, minutes in fortnight.duties().items()]
    return "\n".join([TITLE, *lines, *([f"Strategy by area: {comma_joined(duties)}."] if duties else [])])


def _line(fortnight: Fortnight, part: Part, band: Band) -> str:
    time, share = f"*{part.capitalize()}* {span(fortnight.minutes(part))}", fortnight.share(part)
    return f"{bar(share)} {time}, {share}% (your range: {band}%)" if fortnight.has_enough_data else f"• {time}"


def _remark(fortnight: Fortnight, bands: dict[Part, Band]) -> str:
    """Return one remark: no data, too little data, or the kind of work farthest outside its target range."""
    if not fortnight.total:
        return f"Nothing counted or logged in the last 14 days. To log time, try {EXAMPLE} or {OTHER}."
    if not fortnight.has_enough_data:
        return EARLY if fortnight.minutes(Part.STRATEGY) else NO_STRATEGY
    found = rules.find_out_of_range(fortnight, bands)
    if found is None:
        return WITHIN_RANGES
    return LACKING[found.part] if found.by < 0 else FULL[found.part]


def _entry(leader: Person, block: TimeEntry, today: date) -> SectionBlock:
    text = f"You logged {_entry_text(leader, block, today)}."
    return SectionBlock(text, block_id=f"logged_{block.id}", accessory=_take_back(block))


def _take_back(block: TimeEntry) -> Button:
    return Button("Undo", action_id=TAKE_BACK, value=str(block.id))


def _entry_text(leader: Person, block: TimeEntry, today: date) -> str:
    """Return a logged block of time as text, such as `1 h 30 min on strategy (staffing), today`."""
    day = leader.local(block.started_at).date()
    return f"{format_time_spent(block.minutes, Part(block.part), block.duty)}, {_day(leader, day, today)}"


def _day(leader: Person, day: date, today: date) -> str:
    known = {0: "today", 1: "yesterday"}
    return known.get((today - day).days, f"on {on(day, leader.locale)}")


def home_section(fortnight: Fortnight, own: BalancePreferences) -> list[Block]:
    """Show a leader's last two weeks in one line on the Home tab, or nothing without data."""
    if not fortnight.total:
        return []
    lines = [_home_text(fortnight, part, band) for part, band in own.bands.items()]
    more = Button("Balance", action_id=SHOW, value=SHOW)
    return [SectionBlock(f"*Last 14 days:* {' · '.join(lines)}", block_id="balance", accessory=more)]


def overview_modal(leader: Person, fortnight: Fortnight) -> ModalView:
    """Show the last two weeks as a modal, without the log."""
    return ModalView(title="Your balance", close="Done", blocks=list(overview(leader, fortnight, []).blocks))


def _home_text(fortnight: Fortnight, part: Part, band: Band) -> str:
    """Return the time spent on one kind of work, or its share of all time once there is enough data."""
    if not fortnight.has_enough_data:
        return f"{part} {span(fortnight.minutes(part))}"
    return f"{part} {fortnight.share(part)}% (range {band}%)"
