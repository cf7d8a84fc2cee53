"""A pack of rituals in words: its entry in the list, all of it in one form, its start by hand, and word ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DatePicker,
    DividerBlock,
    Element,
    InputBlock,
    ModalView,
    SectionBlock,
)

from bot.features.rituals import recurrence, rules
from bot.features.rituals.models import Ritual
from bot.features.rituals.packs import Pack, Plan
from bot.features.rituals.queries import DAY
from bot.messages.rituals import cards
from bot.messages.rituals.cards import heading
from bot.messages.rituals.forms import build_form, build_sheet
from bot.messages.times import wall
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape
from bot.slack.post import context

A_WEEK = timedelta(days=7)
HOW_MANY = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven"}


@dataclass(frozen=True)
class PackEntry:
    """A pack of the list: its next week, and what is still to come of one that was started by hand."""

    pack: Pack
    week: Plan
    started: Plan


def pack_entry(team: Team, entry: PackEntry, *, leads: bool) -> list[Block]:
    pack, key = entry.pack, entry.pack.rituals[0].slug
    lines = [_head(pack), f"{_how_many(pack)}, one a day; people host in turn.", *_told(team, entry)]
    buttons = ActionsBlock(_buttons(entry, pack_reference(team, pack), leads=leads), block_id=f"buttons_{key}")
    return [SectionBlock("\n".join(lines), block_id=f"pack_{key}"), buttons]


def pack_reference(team: Team, pack: Pack) -> str:
    return f"{team.id}:{pack.name}"


def _head(pack: Pack) -> str:
    first = pack.rituals[0]
    week = recurrence.describe_week(first.rule)
    return f"{first.what.emoji} *{escape(pack.name)}*{f', {week}' if week and pack.is_on else ''}"


def _how_many(pack: Pack) -> str:
    number = len(pack.rituals)
    return f"{HOW_MANY.get(number, str(number))} small rituals"


def _told(team: Team, entry: PackEntry) -> list[str]:
    soon = pack_span(team, entry.week)
    told = [f"Next: {soon}." if entry.pack.is_on else f"If it were on: {soon}."] if entry.week else []
    return [*told, f"Started by hand: {pack_span(team, entry.started)}."] if entry.started else told


def pack_span(team: Team, plan: Plan) -> str:
    """`Mon 5 to Fri 9 Oct`."""
    return recurrence.format_span(rules.local_day(team, at) for at, _ in plan)


def _buttons(entry: PackEntry, value: str, *, leads: bool) -> list[Element]:
    preview = Button("Preview", action_id=cards.PACK_PREVIEW, value=value)
    if not leads:
        return [preview]
    start = Button("Start it", action_id=cards.START, value=value)
    on = Button("Turn on", action_id=cards.PACK_ON, value=value)
    off = Button("Turn off" if entry.pack.is_on else "Call it off", action_id=cards.PACK_OFF, value=value)
    return [preview, start, *([] if entry.pack.is_on else [on]), *([off] if entry.pack.is_on or entry.started else [])]


def pack_preview(team: Team, entry: PackEntry, prompts: Sequence[str]) -> ModalView:
    """All of it, with its words; `prompts` is what each would ask next."""
    pack, known = entry.pack, {ritual.slug: at for at, ritual in reversed([*entry.started, *entry.week])}
    blocks: list[Block] = [SectionBlock("\n".join([_head(pack), *_told(team, entry)]), block_id="pack")]
    for ritual, prompt in zip(pack.rituals, prompts, strict=True):
        blocks += [
            DividerBlock(block_id=f"before_{ritual.slug}"),
            *_ritual_blocks(team, ritual, known.get(ritual.slug), prompt),
        ]
    note = "Nothing is needed of anybody. Whoever leads turns it on and off in `/funtank rituals`."
    return ModalView(title=cards.TITLE, close="Close", blocks=[*blocks, context(note)])


def _ritual_blocks(team: Team, ritual: Ritual, at: datetime | None, prompt: str) -> list[Block]:
    asks = f"\n> *{escape(prompt)}*" if prompt else ""
    words = SectionBlock(f"{heading(ritual)}{asks}", block_id=f"ritual_{ritual.slug}")
    when = [context(_wall(team, at), f"at_{ritual.slug}")] if at else []
    return [words, *when]


def start_form(team: Team, pack: Pack, now: datetime) -> ModalView:
    today = rules.local_day(team, now)
    monday = today - timedelta(days=today.weekday()) + A_WEEK
    told = f"*{escape(pack.name)}*\n{_how_many(pack)}, once each, on as many working days, besides its own week."
    day = DatePicker(action_id=DAY, initial_date=f"{monday:%Y-%m-%d}")
    return build_form(
        cards.START_FORM,
        "See the dates",
        pack_reference(team, pack),
        [
            SectionBlock(told, block_id="told"),
            InputBlock("From which day?", day, block_id=DAY, hint="Days off are skipped."),
        ],
    )


def confirm_start_form(team: Team, pack: Pack, plan: Plan, day: date) -> ModalView:
    """Its dates, before they count."""
    return build_form(
        cards.BEGIN_FORM,
        "Start it",
        f"{day.isoformat()} {pack_reference(team, pack)}",
        [SectionBlock(f"*{escape(pack.name)}*\n{_dates(team, plan)}", block_id="dates")],
    )


def started_sheet(team: Team, pack: Pack, plan: Plan) -> ModalView:
    text = f":white_check_mark: *{escape(pack.name)}* is planned.\n{_dates(team, plan)}"
    return build_sheet(f"{text}\nWhoever hosts hears of it the working day before.")


def _dates(team: Team, plan: Plan) -> str:
    return "\n".join(f"• {_wall(team, at)}: {escape(ritual.what.name)}" for at, ritual in plan)


def _wall(team: Team, at: datetime) -> str:
    return wall(at.astimezone(ZoneInfo(team.zone)))


def announcement(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """For a leader, two weeks ahead."""
    pack, days = escape(facts["pack"]), [date.fromisoformat(each) for each in facts["days"]]
    text = (
        f"*{pack}* comes in <#{team.channel_id}>, {recurrence.format_span(days)}: one small ritual a day, hosted in "
        "turn. Nothing is needed of you; a reply of yours in a thread would be noticed. `/funtank rituals` turns it "
        "off, or starts it on other days."
    )
    why = (
        f"You lead <#{team.channel_id}>, where it is on. I say so once, two weeks ahead, so that you may plan with it "
        "or turn it off: *Turn off* in `/funtank rituals`."
    )
    fine = Button("Good to know", action_id=cards.FINE, value=str(nudge_id), style="primary")
    see = Button("See it all", action_id=cards.PACK_PREVIEW, value=f"{team.id}:{facts['pack']}")
    return Item(text, why, [fine, see])
