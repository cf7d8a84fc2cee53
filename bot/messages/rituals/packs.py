"""Packs of rituals: the entry in the list, the preview, the form to run a pack once, the announcement to leaders."""

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
from bot.messages.rituals.forms import build_confirmation, build_form
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape
from bot.slack.post import context
from bot.text.formats import wall

A_WEEK = timedelta(days=7)
HOW_MANY = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven"}


@dataclass(frozen=True)
class PackEntry:
    """A pack in a team's list of rituals, with its next week and the remaining posts of an extra run."""

    pack: Pack
    week: Plan
    started: Plan


def pack_entry(team: Team, entry: PackEntry, *, leads: bool) -> list[Block]:
    pack, key = entry.pack, entry.pack.rituals[0].slug
    lines = [
        _head(pack),
        f"{_how_many(pack)}, one a day; people take turns hosting.",
        *_next_runs(team, entry, leads=leads),
    ]
    value = pack_reference(team, pack)
    preview = Button("Preview", action_id=cards.PACK_PREVIEW, value=value)
    section = SectionBlock("\n".join(lines), block_id=f"pack_{key}", accessory=preview)
    return [section, ActionsBlock(_buttons(entry, value), block_id=f"buttons_{key}")] if leads else [section]


def pack_reference(team: Team, pack: Pack) -> str:
    return f"{team.id}:{pack.name}"


def _head(pack: Pack) -> str:
    first = pack.rituals[0]
    week = recurrence.describe_week(first.rule)
    return f"{first.existing_template.emoji} *{escape(pack.name)}*{f', {week}' if week and pack.is_on else ''}"


def _how_many(pack: Pack) -> str:
    number = len(pack.rituals)
    return f"{HOW_MANY.get(number, str(number))} small rituals"


def _next_runs(team: Team, entry: PackEntry, *, leads: bool = True) -> list[str]:
    soon = pack_span(team, entry.week)
    off = f"Off. If {'you turn' if leads else 'a leader turns'} it on, it next runs {soon}."
    told = [f"Next: {soon}." if entry.pack.is_on else off] if entry.week else []
    return [*told, f"Extra run: {pack_span(team, entry.started)}."] if entry.started else told


def pack_span(team: Team, plan: Plan) -> str:
    """Return the days of a pack of rituals as text, such as `Mon 5 to Fri 9 Oct`."""
    return recurrence.format_span(rules.local_day(team, at) for at, _ in plan)


def _buttons(entry: PackEntry, value: str) -> list[Element]:
    start = Button("Run it once", action_id=cards.START, value=value)
    on = Button("Turn on", action_id=cards.PACK_ON, value=value)
    off = Button("Turn off" if entry.pack.is_on else "Cancel extra run", action_id=cards.PACK_OFF, value=value)
    return [start, *([] if entry.pack.is_on else [on]), *([off] if entry.pack.is_on or entry.started else [])]


def pack_preview(team: Team, entry: PackEntry, prompts: Sequence[str]) -> ModalView:
    """Show every ritual of a pack; `prompts` has the next prompt of each."""
    pack, known = entry.pack, {ritual.slug: at for at, ritual in reversed([*entry.started, *entry.week])}
    blocks: list[Block] = [SectionBlock("\n".join([_head(pack), *_next_runs(team, entry)]), block_id="pack")]
    for ritual, prompt in zip(pack.rituals, prompts, strict=True):
        blocks += [
            DividerBlock(block_id=f"before_{ritual.slug}"),
            *_ritual_blocks(team, ritual, known.get(ritual.slug), prompt),
        ]
    note = "Leaders turn it on and off in `/funtank rituals`."
    return ModalView(title=cards.TITLE, close="Close", blocks=[*blocks, context(note)])


def _ritual_blocks(team: Team, ritual: Ritual, at: datetime | None, prompt: str) -> list[Block]:
    asks = f"\n> *{escape(prompt)}*" if prompt else ""
    words = SectionBlock(f"{heading(ritual)}{asks}", block_id=f"ritual_{ritual.slug}")
    when = [context(_wall(team, at), f"at_{ritual.slug}")] if at else []
    return [words, *when]


def start_form(team: Team, pack: Pack, now: datetime) -> ModalView:
    today = rules.local_day(team, now)
    monday = today - timedelta(days=today.weekday()) + A_WEEK
    extra = ", as an extra run on top of the usual one" if pack.is_on else ""
    told = f"*{escape(pack.name)}*\n{_how_many(pack)}, one per working day{extra}."
    day = DatePicker(action_id=DAY, initial_date=f"{monday:%Y-%m-%d}")
    return build_form(
        cards.START_FORM,
        "See the dates",
        pack_reference(team, pack),
        [
            SectionBlock(told, block_id="told"),
            InputBlock("First day", day, block_id=DAY, hint="I skip days off."),
        ],
    )


def confirm_start_form(team: Team, pack: Pack, plan: Plan, day: date) -> ModalView:
    """Show the dates of a pack of rituals before they are planned."""
    return build_form(
        cards.BEGIN_FORM,
        "Plan it",
        f"{day.isoformat()} {pack_reference(team, pack)}",
        [SectionBlock(f"*{escape(pack.name)}*\n{_dates(team, plan)}", block_id="dates")],
    )


def started_sheet(team: Team, pack: Pack, plan: Plan) -> ModalView:
    text = f":white_check_mark: *{escape(pack.name)}* is planned.\n{_dates(team, plan)}"
    return build_confirmation(f"{text}\nI'll ask each host one working day ahead.")


def _dates(team: Team, plan: Plan) -> str:
    return "\n".join(f"• {_wall(team, at)}: {escape(ritual.existing_template.name)}" for at, ritual in plan)


def _wall(team: Team, at: datetime) -> str:
    return wall(at.astimezone(ZoneInfo(team.zone)))


def announcement(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Tell a leader about a pack of rituals two weeks ahead."""
    pack, days = escape(facts["pack"]), [date.fromisoformat(each) for each in facts["days"]]
    runs = f"*{pack}* runs in <#{team.channel_id}>, {recurrence.format_span(days, facts.get('locale', ''))}"
    text = (
        f"{runs}: one small ritual a day; people take turns hosting. You don't need to prepare anything. To turn it "
        "off or pick other days, use `/funtank rituals`."
    )
    why = (
        f"You lead <#{team.channel_id}>, where this is on. I tell leaders once, two weeks ahead. To turn it off, use "
        "`/funtank rituals`."
    )
    fine = Button("Got it", action_id=cards.FINE, value=str(nudge_id), style="primary")
    see = Button("Preview", action_id=cards.PACK_PREVIEW, value=f"{team.id}:{facts['pack']}")
    return Item(text, why, [fine, see], brief=f"{runs}.")
