"""A leader's two weeks as they see them: a gauge for each part, what stands out, and what they logged last."""

from collections.abc import Sequence
from datetime import date

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.balance import rules
from bot.features.balance.models import Duty, Part, TimeEntry
from bot.features.balance.rules import Fortnight
from bot.features.balance.settings import BalancePreferences, Band
from bot.org.people import Person
from bot.slack.mrkdwn import bar, comma_joined
from bot.slack.post import Post, context

FORM = "balance:form"
OPEN = "balance:open"
TAKE_BACK = "balance:take_back"
YES = "balance:yes"
PART = "part"

EXAMPLE = "`/balance log strategy 90 staffing`"
OTHER = "`/balance log people 30`"
SPENT = {Part.FRONTLINE: "at the frontline", Part.PEOPLE: "for your people", Part.STRATEGY: "of strategy"}
TIME = {Part.FRONTLINE: "at the frontline", Part.PEOPLE: "for people", Part.STRATEGY: "for strategy"}
DUTIES = comma_joined(Duty)
ALONE = "No one else sees this."
EARLY = "It's early to tell how your time splits. From six hours on three days on I show shares."
NO_STRATEGY = (
    f"Stints and one-on-ones count by themselves, strategy only when you log it: {EXAMPLE}. I show shares once there "
    "is some, and six hours on three days in all."
)
LACKING = {
    Part.FRONTLINE: "The frontline had less of you than you like. An hour in the queue, or beside an agent, brings it "
    "closer.",
    Part.PEOPLE: "Your people had less of you than you like. Half an hour with one of them brings it closer.",
    Part.STRATEGY: "Strategy had less of you than you like. Ninety minutes, with the door closed, bring it closer.",
}
FULL = {
    Part.FRONTLINE: "The frontline had more of you than you like. Perhaps one hour there can be somebody else's.",
    Part.PEOPLE: "Your people had more of you than you like. Perhaps one talk can be shorter.",
    Part.STRATEGY: "Strategy had more of you than you like. Perhaps one block can become an hour beside an agent.",
}
TITLE = "*Your last 14 days*"


def span(minutes: int) -> str:
    """`1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{rest} min"] if rest or not hours else [])])


def spent(minutes: int, part: Part, duty: str | None = None) -> str:
    """`1 h 30 min of strategy (staffing)`."""
    return f"{span(minutes)} {SPENT[part]}{f' ({duty})' if duty else ''}"


def overview(leader: Person, fortnight: Fortnight, logged: Sequence[TimeEntry], said: str = "") -> Post:
    """For the leader's own eyes; `said` is what has just been done."""
    own = BalancePreferences.of(leader)
    words = [said, _told(fortnight, own.bands), _stands_out(fortnight, own.bands)]
    blocks: list[Block] = [SectionBlock(said, block_id="said")] if said else []
    if fortnight.total:
        blocks.append(SectionBlock(words[1], block_id="told"))
    blocks.append(SectionBlock(words[2], block_id="stands_out"))
    blocks += [_entry(leader, each, fortnight.today) for each in logged]
    blocks.append(ActionsBlock([Button("Log a block", action_id=OPEN)], block_id="log"))
    alone = f"{ALONE} `/steward me` changes what you want of your time."
    blocks.append(context(alone, "alone"))
    return Post("\n".join([*(each for each in words if each), alone]), blocks)


def logged(leader: Person, block: TimeEntry, today: date) -> Post:
    """The answer to a logged block, with the way back."""
    text = f"{_logged(leader, block, today)} `/balance` shows your two weeks. {ALONE}"
    return Post(text, [SectionBlock(text, block_id="logged"), ActionsBlock([_take_back(block)], block_id="take_back")])


def taken_back(leader: Person, block: TimeEntry, today: date) -> str:
    return f":leftwards_arrow_with_hook: Taken back: {_entry_text(leader, block, today)}."


def _logged(leader: Person, block: TimeEntry, today: date) -> str:
    return f":white_check_mark: Logged: {_entry_text(leader, block, today)}."


def _told(fortnight: Fortnight, bands: dict[Part, Band]) -> str:
    """A gauge for each part beside the range that they like, once shares mean something; and what strategy was for."""
    if not fortnight.total:
        return ""
    lines = [_line(fortnight, part, band) for part, band in bands.items()]
    duties = [f"{duty} {span(minutes)}" for duty, minutes in fortnight.duties().items()]
    return "\n".join([TITLE, *lines, *([f"Strategy was for {comma_joined(duties)}."] if duties else [])])


def _line(fortnight: Fortnight, part: Part, band: Band) -> str:
    time, share = f"*{part.capitalize()}* {span(fortnight.minutes(part))}", fortnight.share(part)
    return f"{bar(share)} {time}, {share} % (you like {band} %)" if fortnight.is_telling else f"• {time}"


def _stands_out(fortnight: Fortnight, bands: dict[Part, Band]) -> str:
    """One kind sentence."""
    if not fortnight.total:
        return f"Nothing is counted in your last 14 days yet. Try {EXAMPLE} or {OTHER} after your next block."
    if not fortnight.is_telling:
        return EARLY if fortnight.minutes(Part.STRATEGY) else NO_STRATEGY
    found = rules.leaning(fortnight, bands)
    if found is None:
        return "All three are where you like them."
    return LACKING[found.part] if found.by < 0 else FULL[found.part]


def _entry(leader: Person, block: TimeEntry, today: date) -> SectionBlock:
    text = f"You logged {_entry_text(leader, block, today)}."
    return SectionBlock(text, block_id=f"logged_{block.id}", accessory=_take_back(block))


def _take_back(block: TimeEntry) -> Button:
    return Button("Take back", action_id=TAKE_BACK, value=str(block.id))


def _entry_text(leader: Person, block: TimeEntry, today: date) -> str:
    """`1 h 30 min of strategy (staffing), today`."""
    return f"{spent(block.minutes, Part(block.part), block.duty)}, {_day(leader.local(block.started_at).date(), today)}"


def _day(day: date, today: date) -> str:
    known = {0: "today", 1: "yesterday"}
    return known.get((today - day).days, f"{day:%A} {day.day} {day:%B}")


def at_home(fortnight: Fortnight, own: BalancePreferences) -> list[Block]:
    """The last two weeks in a line; nothing where nothing was counted."""
    if not fortnight.total:
        return []
    lines = [_at_home(fortnight, part, band) for part, band in own.bands.items()]
    text = f"*Your time, 14 days:* {' · '.join(lines)}. `/balance` shows more."
    return [context(text, "balance")]


def _at_home(fortnight: Fortnight, part: Part, band: Band) -> str:
    """Hours, until there are enough of them for shares to mean something."""
    if not fortnight.is_telling:
        return f"{part} {span(fortnight.minutes(part))}"
    return f"{part} {fortnight.share(part)} % (you like {band} %)"
