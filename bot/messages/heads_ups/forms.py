"""Forms of heads-ups: announce or change one, call it off, book hours, and answer the question of the look back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from slackblocks import (
    Block,
    CheckboxGroup,
    DatePicker,
    InputBlock,
    ModalView,
    OptionGroup,
    PlainTextInput,
    SectionBlock,
    StaticMultiSelectMenu,
    StaticSelectMenu,
    TimePicker,
)

from bot.features.heads_ups.models import HeadsUp
from bot.features.heads_ups.rules import (
    COVER,
    FROM_DAY,
    FROM_TIME,
    HOURS,
    LINK,
    LONGEST_DAYS,
    LONGEST_LINK,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_COVER,
    QUEUES,
    RITUAL,
    TITLE,
    UNTIL_DAY,
    UNTIL_TIME,
    WORDS,
    Draft,
)
from bot.messages.mentions import NO_NAMES, field
from bot.messages.setup import city
from bot.messages.times import short
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.slack.post import modal, option
from bot.text import formats

FORM = "heads_ups:form"
CHANGE_FORM = "heads_ups:change_form"
CANCEL_FORM = "heads_ups:cancel_form"
COVER_FORM = "heads_ups:cover_form"
REVIEW_FORM = "heads_ups:review_form"
YES = "yes"
MOST_OPTIONS = 100
"""Slack's limit on the options of a menu."""
LONGEST_OPTION = 75
LONGEST_INPUT = 3000
HEADING = "Heads-up"
OPENS, CLOSES = time(9), time(17)


def new_form(team: Team, queues: Sequence[str], reader: Person, day: date, title: str = "") -> ModalView:
    """Build the form of a new heads-up, which opens with one working day."""
    starts_at, ends_at = (datetime.combine(day, at, ZoneInfo(reader.zone)).astimezone(UTC) for at in (OPENS, CLOSES))
    draft = Draft(title, [], starts_at, ends_at)
    return _form(draft, queues, reader, FORM, "Announce", str(team.id))


def change_form(found: HeadsUp, queues: Sequence[str], reader: Person, named: Mapping[str, str]) -> ModalView:
    draft = Draft(found.title, found.queues, found.starts_at, found.ends_at, found.link, found.words, found.cover)
    return _form(draft, queues, reader, CHANGE_FORM, "Save", str(found.id), named, has_ritual=found.has_ritual)


def _form(
    draft: Draft, queues: Sequence[str], reader: Person, callback_id: str, submit: str, metadata: str,
    named: Mapping[str, str] = NO_NAMES, *, has_ritual: bool = False,
) -> ModalView:  # fmt: skip
    typed = draft.title[:LONGEST_INPUT]
    title = PlainTextInput(TITLE, initial_value=typed or None, max_length=max(LONGEST_TITLE, len(typed)))
    hint = "Your team reads it in the channel. Name the launch or the change."
    blocks: list[Block] = [InputBlock("What's coming?", title, block_id=TITLE, hint=hint)]
    if queues:
        blocks.append(_queues(queues, draft.queues))
    blocks += [
        *_instant("Start", FROM_DAY, FROM_TIME, draft.starts_at, reader),
        *_instant("End", UNTIL_DAY, UNTIL_TIME, draft.ends_at, reader),
        InputBlock(
            "Where to read about it", PlainTextInput(LINK, initial_value=draft.link or None, max_length=LONGEST_LINK),
            block_id=LINK, hint="A link.", optional=True,
        ),
        InputBlock(
            "What the team should know", field(WORDS, draft.words, named, longest=LONGEST_WORDS, multiline=True),
            block_id=WORDS, optional=True,
        ),
        _cover(draft.cover),
        _ritual(is_ticked=has_ritual),
    ]  # fmt: skip
    return modal(HEADING, callback_id, blocks, submit=submit, metadata=metadata)


def _queues(queues: Sequence[str], chosen: Collection[str]) -> InputBlock:
    options = {each: option(shortened(each, LONGEST_OPTION), each) for each in queues[:MOST_OPTIONS]}
    picked = [options[each] for each in chosen if each in options]
    menu = StaticMultiSelectMenu(QUEUES, [*options.values()], initial_options=picked or None)
    return InputBlock("Queues", menu, block_id=QUEUES, hint="Leave it empty for all queues.", optional=True)


def _instant(label: str, day: str, at: str, initial: datetime, reader: Person) -> list[InputBlock]:
    local = reader.local(initial)
    hint = f"{LONGEST_DAYS} days at most." if day == UNTIL_DAY else None
    days = DatePicker(action_id=day, initial_date=local.date().isoformat())
    times = TimePicker(action_id=at, initial_time=f"{local:%H:%M}")
    zone = f"Your time zone: {city(reader.zone)}."
    return [
        InputBlock(f"{label} date", days, block_id=day, hint=hint),
        InputBlock(f"{label} time", times, block_id=at, hint=zone),
    ]


def _cover(chosen: int) -> InputBlock:
    options = [option(str(number) if number else "None", str(number)) for number in range(MOST_COVER + 1)]
    menu = StaticSelectMenu(COVER, options, initial_option=options[chosen])
    hint = (
        "Leaders book the hours themselves. On the working day before, I ask them about the hours that are still empty."
    )
    return InputBlock("Leaders needed each hour", menu, block_id=COVER, hint=hint)


def _ritual(*, is_ticked: bool) -> InputBlock:
    box = option("Question of the day on the working day before", YES)
    group = CheckboxGroup(action_id=RITUAL, options=[box], initial_options=[box] if is_ticked else None)
    return InputBlock("Plan a ritual", group, block_id=RITUAL, optional=True)


def cancel_form(found: HeadsUp, booked: int) -> ModalView:
    """Build the view that asks whether to call a heads-up off; `booked` is how many people have booked hours."""
    told = f" I'll tell the {count_noun(booked, 'leader')} who booked hours." if booked else ""
    text = f"Call off *{escape(found.title)}*? Its card in the channel will say so.{told}"
    return modal("Call it off", CANCEL_FORM, [SectionBlock(text, block_id="told")], submit="Call it off",
        close="Keep it", metadata=str(found.id))  # fmt: skip


def cover_form(found: HeadsUp, free: Sequence[datetime], own: Sequence[datetime], reader: Person) -> ModalView:
    """Build the form with a leader's hours: those that they have booked are picked, and those still free can be.

    The hours are grouped by day: without groups, Slack shows 100 options at most.
    """
    options = {hour: option(short(hour, reader), f"{hour.timestamp():.0f}") for hour in sorted([*own, *free])}
    days = groupby(options, lambda hour: reader.local(hour).date())
    groups = [OptionGroup(formats.short(day, reader.locale), [options[hour] for hour in hours]) for day, hours in days]
    menu = StaticMultiSelectMenu(HOURS, None, option_groups=groups)  # type: ignore[arg-type]  # there are groups instead
    menu.initial_options = [options[hour] for hour in own] or None  # Slack wants options; slackblocks, whole groups
    hint = f"Each is one hour, in your time zone: {city(reader.zone)}. Remove an hour to give it back."
    blocks: list[Block] = [
        SectionBlock(f"*{escape(found.title)}*", block_id="told"),
        InputBlock("Your hours", menu, block_id=HOURS, hint=hint, optional=True),
    ]
    return modal("Cover an hour", COVER_FORM, blocks, submit="Save", metadata=str(found.id))


def review_form(found: HeadsUp) -> ModalView:
    words = PlainTextInput(WORDS, multiline=True, max_length=LONGEST_WORDS)
    hint = "I'll post it in the thread of the card in the channel, with your name."
    blocks = [InputBlock("What would you do differently next time?", words, block_id=WORDS, hint=hint)]
    return modal("Look back", REVIEW_FORM, blocks, submit="Post", metadata=str(found.id))
