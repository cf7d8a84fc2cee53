"""The form that adds an alert rule, with a preview of what the rule reads from the channel's latest messages."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DispatchActionConfiguration,
    DividerBlock,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
)

from bot.alerts import Alert, Signal
from bot.errors import Refusal
from bot.features.alert_rules import rules
from bot.features.alert_rules.models import PEOPLE
from bot.features.alert_rules.patterns import LONGEST_PATTERN
from bot.features.alert_rules.presets import PRESETS
from bot.features.alert_rules.rules import CHANNEL, PATTERN, QUEUE, SENDER, WAY, Message, RuleDraft
from bot.features.alert_rules.settings import Settings
from bot.org.channels import Channel
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, shortened
from bot.slack.post import context, modal, option
from bot.text.formats import wall
from bot.text.normalization import queue_name

NEW = "rules:new"
REMOVE = "rules:remove"
LOOK = "rules:look"
PICKED = {field: f"rules:{field}" for field in (CHANNEL, SENDER, WAY, PATTERN)}
"""Fields that refresh the preview when they change."""

FORM = "rules:form"
REMOVE_FORM = "rules:remove_form"

TITLE = "Alerts in messages"

SHOWN = 10
MOST_OPTIONS = 100
SIGNS = {Signal.FIRING: ":red_circle: firing", Signal.RESOLVED: ":large_green_circle: resolved"}
CHANGES_NOTHING = ":white_circle: ignored"
READS_NOTHING = "– _not an alert_"
HINT = "Use named groups: (?P<queue>…), (?P<value>…), (?P<threshold>…), (?P<state>…). Press Enter to test it."
NONE_YET = "Pick the channel with your alerts. Not in the list? Type `/invite @steward` there first."
LOOKING = ":eyes: Reading the latest messages…"
SILENT = (
    "No tool has posted there lately. Send a test alert from your tool, then press *Check again*. "
    "I'll only listen to the sender you pick."
)
PEOPLE_OPTION = "Anyone who writes there"
Seen = Sequence[Message]
"""The channel's latest messages, newest first."""


def rule_form(
    team: Team, channels: Sequence[Channel], draft: RuleDraft, messages: Seen | None = None, error: str = ""
) -> ModalView:
    """Build the form of an alert rule from a draft.

    `messages` is None before the channel's messages are read; `error` explains why reading them failed.
    """
    blocks: list[Block] = [_channel(channels, draft)]
    if messages is not None and (options := _senders(draft, messages, people_may=Settings.of(team).people)):
        blocks.append(_select("Sender", SENDER, options, draft.sender and _sender(draft)))
    ways = {name: each.title for name, each in PRESETS.items()}
    blocks += [
        _select("Message format", WAY, ways, draft.way),
        InputBlock("Or your own regular expression", _pattern(draft), True, PATTERN, HINT, optional=True),
        InputBlock(
            "Queue, if the message doesn't name one", PlainTextInput(QUEUE, draft.queue or None, max_length=80),
            block_id=QUEUE, optional=True,
        ),
        ActionsBlock([Button("Check again", action_id=LOOK, value=LOOK)], block_id=LOOK),
        DividerBlock(block_id="line"),
        *(_preview(draft, messages) if not error else [SectionBlock(error, block_id="said")]),
    ]  # fmt: skip
    return modal(TITLE, FORM, blocks, submit="Save", close="Back", metadata=str(team.id))


def parse_draft(filled: dict[str, str | None]) -> RuleDraft:
    """Parse the values of an alert rule's form, as `handlers.payloads.form_values` returns them."""
    sender, _, name = (filled.get(SENDER) or "").partition(" ")
    pattern, queue = (filled.get(PATTERN) or "").strip(), queue_name(filled.get(QUEUE) or "")
    return RuleDraft(filled.get(CHANNEL) or "", sender, name, filled.get(WAY) or "", pattern, queue)


def _channel(channels: Sequence[Channel], draft: RuleDraft) -> InputBlock:
    options = {each.id: f"#{each.name}" for each in channels[:MOST_OPTIONS]}
    return _select("Channel", CHANNEL, options, draft.channel_id, hint="You and I both need to be in it.")


def _senders(draft: RuleDraft, seen: Seen, *, people_may: bool) -> dict[str, str]:
    """Return the sender options: each tool that wrote in the channel, by bot id, and people if the team allows them."""
    found = {_sender(draft): draft.sender_name} if draft.sender else {}
    for each in seen:
        found |= {f"{id} {each.sender_name}"[:150]: each.sender_name for id in each.senders if id.startswith("B")}
    return found | ({f"{PEOPLE} {PEOPLE_OPTION}": PEOPLE_OPTION} if people_may else {})


def _sender(draft: RuleDraft) -> str:
    return f"{draft.sender} {draft.sender_name}"


def _select(label: str, field: str, options: dict[str, str], chosen: str, hint: str | None = None) -> InputBlock:
    made = {value: option(shortened(title, 75), value) for value, title in options.items()}
    menu = StaticSelectMenu(PICKED[field], list(made.values())[:MOST_OPTIONS], initial_option=made.get(chosen))
    return InputBlock(label, menu, dispatch_action=True, block_id=field, hint=hint)


def _pattern(draft: RuleDraft) -> PlainTextInput:
    return PlainTextInput(
        PICKED[PATTERN], draft.pattern or None, max_length=LONGEST_PATTERN,
        dispatch_action_config=DispatchActionConfiguration(["on_enter_pressed"]),
    )  # fmt: skip


def _preview(draft: RuleDraft, seen: Seen | None) -> list[Block]:
    """Show what an alert rule reads from the latest messages."""
    if seen is None:
        return [SectionBlock(LOOKING if draft.channel_id else NONE_YET, block_id="said")]
    try:
        rules.check_draft_previewable(draft)
    except Refusal as error:
        return [SectionBlock(f":warning: {escape(error.sentence)}", block_id="said")]
    theirs = [each for each in seen if _is_meant(draft, each)][:SHOWN]
    if not theirs:
        return [SectionBlock(SILENT, block_id="said")]
    head = SectionBlock("*How I read the latest messages*", block_id="said")
    return [head, *(_line(draft, each, number) for number, each in enumerate(theirs))]


def _is_meant(draft: RuleDraft, message: Message) -> bool:
    return draft.sender in message.senders if draft.sender else PEOPLE not in message.senders


def _line(draft: RuleDraft, message: Message, number: int) -> ContextBlock:
    sender = draft.sender or min(message.senders)
    alerts = rules.parse_alerts(
        RuleDraft(message.channel_id, sender, "", draft.way, draft.pattern, draft.queue), message
    )
    first = escape(shortened(message.text.partition("\n")[0], 150)) or "_no text_"
    told = shortened("\n".join(map(_read, alerts)), 1500) or READS_NOTHING
    return context(f"{_at(message.at)}  {first}\n{told}", f"seen_{number}")


def _at(moment: datetime) -> str:
    return f"<!date^{moment.timestamp():.0f}^{{date_short_pretty}} {{time}}|{wall(moment)} UTC>"


def _read(alert: Alert) -> str:
    queue = f"*{escape(alert.queue)}*" if alert.queue else "no queue named"
    value = f" · {alert.value:g}" if alert.value is not None else ""
    limit = f" (limit {alert.threshold:g})" if alert.threshold is not None else ""
    return f"{SIGNS.get(alert.signal, CHANGES_NOTHING)} · {queue}{value}{limit}"
