"""Forms of rituals: the schedule with a preview of its dates, a pause, a team's own ritual, a swap of hosts."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from slackblocks import (
    Block,
    DatePicker,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    TimePicker,
)

from bot.features.rituals import recurrence
from bot.features.rituals.hosts import WHOM
from bot.features.rituals.models import Ritual, RitualRun
from bot.features.rituals.queries import DAY, NAME, PROMPTS, WORDS
from bot.features.rituals.recurrence import AT, OFTEN, WEEKDAY, Frequency, Recurrence
from bot.messages.rituals import cards
from bot.messages.rituals.cards import SWAP_FORM, ritual_blocks
from bot.messages.setup import city
from bot.org.availability.working_hours import Day
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import capitalize_first, escape, shortened
from bot.slack.post import context, modal, option
from bot.text.formats import on, wall

DEFAULT_PAUSE = timedelta(days=7)
NTH: dict[Enum, str] = {each: f"on the {each} … of the month" for each in list(Frequency)[3:]}
NO_FORM_MAKES_IT = "This ritual has a special schedule. What you pick here replaces it."
NO_OTHER_HOST = "Nobody else is at work then. If you press *Not this time*, I'll host it myself."


def when_form(team: Team, ritual: Ritual) -> ModalView:
    """Ask how often, on which day and at what time a ritual runs."""
    now = recurrence.parse_rule(ritual.rule)
    blocks: list[Block] = [
        SectionBlock(
            f"*{escape(ritual.existing_template.name)}*\n{escape(ritual.existing_template.about)}", block_id="told"
        )
    ]
    if now is None:
        blocks.append(context(NO_FORM_MAKES_IT, "own_days"))
    often, day = now or Recurrence(Frequency.WEEKLY, Day.FRIDAY)
    hint = f"{city(team.zone)} time."
    blocks += [
        InputBlock("How often", _select(OFTEN, Frequency, often), block_id=OFTEN),
        InputBlock("On", _select(WEEKDAY, Day, day), block_id=WEEKDAY, hint="Ignored if you pick “Every working day”."),
        InputBlock("At", TimePicker(action_id=AT, initial_time=f"{ritual.at:%H:%M}"), block_id=AT, hint=hint),
    ]
    return build_form(cards.WHEN_FORM, "See the dates", _about(team, ritual), blocks)


def _select(field: str, choices: type[Enum], now: Enum) -> StaticSelectMenu:
    options = {each: option(_title(each), str(each.value)) for each in choices}
    return StaticSelectMenu(field, list(options.values()), initial_option=options[now])


def _title(choice: Enum) -> str:
    told = choice.name.capitalize() if isinstance(choice, Day) else NTH.get(choice, choice.value)
    return capitalize_first(str(told))


def confirm_dates_form(
    team: Team, ritual: Ritual, rule: str, at: time, dates: Sequence[datetime], prompt: str
) -> ModalView:
    """Show a ritual's next dates and next post before its schedule is saved."""
    remembered = json.dumps({"about": _about(team, ritual), "rule": rule, "at": f"{at:%H:%M}"})
    blocks: list[Block] = [
        SectionBlock(
            f"*{capitalize_first(recurrence.describe_rule(rule, at))}*\n{_dates(team, dates)}", block_id="dates"
        ),
        context("The next post:", "then"),
        *ritual_blocks(ritual, prompt),
    ]
    return build_form(cards.SURE_FORM, "Save", remembered, blocks)


def preview_view(team: Team, ritual: Ritual, dates: Sequence[datetime], prompt: str) -> ModalView:
    """Show a ritual's next post and its dates."""
    count = len(ritual.existing_template.prompts)
    rotates = f"I use {count} prompts in turn." if count else ""
    heads = (
        f"*{capitalize_first(ritual.words)}*" if ritual.is_on else f"Off. When you turn it on, it runs {ritual.words}."
    )
    blocks = [*ritual_blocks(ritual, prompt), SectionBlock(f"{heads}\n{_dates(team, dates)}", block_id="dates")]
    if rotates:
        blocks.append(context(rotates, "rotates"))
    return ModalView(title=cards.TITLE, close="Close", blocks=blocks)


def saved_sheet(team: Team, ritual: Ritual, dates: Sequence[datetime]) -> ModalView:
    text = f":white_check_mark: Saved. *{escape(ritual.existing_template.name)}*: {ritual.words}\n{_dates(team, dates)}"
    return build_confirmation(f"{text}\nI'll ask the host one working day ahead.")


def paused_sheet(ritual: Ritual) -> ModalView:
    until = on(ritual.paused_until) if ritual.paused_until else ""
    return build_confirmation(
        f":white_check_mark: *{escape(ritual.existing_template.name)}* is paused until {until}. "
        "Press *Resume* to start it sooner."
    )


def own_form(team: Team, ritual: Ritual | None) -> ModalView:
    """Ask for the name, the text and the prompts of a team's own ritual."""
    template = ritual.existing_template if ritual else None
    prompts = "\n".join(" | ".join([each.ask, *each.answers]) for each in template.prompts) if template else ""
    words = PlainTextInput(WORDS, template.words if template else None, multiline=True, max_length=1500)
    asked = PlainTextInput(PROMPTS, prompts or None, multiline=True, max_length=3000)
    return build_form(
        cards.OWN_FORM,
        "Next: schedule",
        f"{team.id}:{ritual.slug if ritual else ''}",
        [
            InputBlock("Name", PlainTextInput(NAME, template.name if template else None, max_length=60), block_id=NAME),
            InputBlock("What I post", words, block_id=WORDS, hint="A sentence or two."),
            InputBlock(
                "Prompts",
                asked,
                block_id=PROMPTS,
                optional=True,
                hint="One per line; I use them in turn. For a quiz: Question? | Right answer | Other answer",
            ),
        ],
    )


def pause_form(team: Team, ritual: Ritual, now: datetime) -> ModalView:
    soon = now.astimezone(ZoneInfo(team.zone)).date() + DEFAULT_PAUSE
    told = f"*{escape(ritual.existing_template.name)}* won't be posted, and I won't ask anyone to host it."
    until = DatePicker(action_id=DAY, initial_date=f"{soon:%Y-%m-%d}")
    return build_form(
        cards.PAUSE_FORM,
        "Pause it",
        _about(team, ritual),
        [SectionBlock(told, block_id="told"), InputBlock("Start again on", until, block_id=DAY)],
    )


def build_form(callback_id: str, submit: str, metadata: str, blocks: Sequence[Block]) -> ModalView:
    return modal(cards.TITLE, callback_id, blocks, submit=submit, metadata=metadata)


def build_confirmation(text: str) -> ModalView:
    """Build the confirmation that replaces a form."""
    blocks: list[Block] = [SectionBlock(text, block_id="saved")]
    return ModalView(title=cards.TITLE, close="Done", clear_on_close=True, blocks=blocks)


def _about(team: Team, ritual: Ritual) -> str:
    return f"{team.id}:{ritual.slug}"


def _dates(team: Team, dates: Iterable[datetime]) -> str:
    told = "\n".join(f"• {wall(at.astimezone(ZoneInfo(team.zone)))}" for at in dates)
    return told or "No dates in the coming weeks."


def swap_form(ritual: Ritual, run: RitualRun, others: Sequence[Person]) -> ModalView:
    options = [option(shortened(f"@{each.name}", 75), each.id) for each in others[:100]]
    told = f"Who could host *{escape(ritual.existing_template.name)}* instead? I'll ask them, and they can say no."
    blocks: list[Block] = [SectionBlock(told if options else NO_OTHER_HOST, block_id="told")]
    if options:
        blocks.append(InputBlock("Who", StaticSelectMenu(WHOM, options), block_id=WHOM))
    return modal("Swap", SWAP_FORM, blocks, submit="Ask" if options else None, close="Back", metadata=str(run.id))
