"""Webhooks: the list, the forms, the setup steps of each sender, and the outcome of a delivery."""

from collections import Counter
from collections.abc import Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Confirm,
    DividerBlock,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
)

from bot.alerts import Alert, NoEffectReason, Signal, Ticket
from bot.features import webhooks
from bot.features.webhooks import NewWebhook, Sender, Webhook
from bot.messages import errors
from bot.messages.errors import CLOSED_CHANNEL
from bot.messages.times import short
from bot.messages.webhook_steps import SECRET_CHANGES, setup_steps
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.slack.post import context, modal, option
from bot.text.formats import number

MAKE = "webhooks:make"
TRY = "webhooks:try"
ROTATE = "webhooks:rotate"
REMOVE = "webhooks:remove"

FORM = "webhooks:form"
ROTATE_FORM = "webhooks:rotate_form"

TITLE = "Alerts from tools"

REFUSED = "Refused: the secret or signature is wrong. Check that the secret is the same on both sides."
NO_SECRET = "Refused: no secret yet. Press *Secret* and paste the one from the tool."  # noqa: S105
STALE = "Ignored: it was sent too long ago."
TOO_LARGE = "Refused: it's {}over the 1 MB limit."
A_MEGABYTE = 1024 * 1024
UNHEARD = f"Ignored: {CLOSED_CHANNEL}."
PARKED = "Ignored: Steward isn't installed in this Slack workspace any more."
DOES = {
    Signal.FIRING: "would open a spike or join an open one",
    Signal.RESOLVED: "would end the spike",
    Signal.INFO: "would change nothing",
}
REASONS = {
    NoEffectReason.TEST: "for testing",
    NoEffectReason.NO_DATA: "without data",
    NoEffectReason.UNKNOWN: "in an unknown state",
}
A_TEST = "A test arrived."
LEFT_OUT = "The sender left out {} more."
MOST_WORDS, LONGEST_WORD = 3, 40
SHORT = {Signal.FIRING: "over the limit", Signal.RESOLVED: "resolved", Signal.INFO: "no effect"}
NO_ADDRESS = (
    "Tools can't reach me yet. Ask the person who runs Steward to set `STEWARD_PUBLIC_URL`, like "
    "`https://steward.example.com`, and to route `/hooks/` to Steward."
)
NONE_YET = (
    "No tool is connected yet. Grafana, PagerDuty, Zendesk and others can report spikes; connecting one takes "
    "2 minutes."
)
SHOWN_ONCE = "I show each address and its secret only once, and only to you."
NOT_HEARD_NOW = "I'm not listening to these tools right now"
A_DAY = "The old one keeps working for 24 hours, so you have time to enter the new one."
NAMES = {
    Sender.GRAFANA: "Grafana",
    Sender.ALERTMANAGER: "Prometheus Alertmanager",
    Sender.PAGERDUTY: "PagerDuty",
    Sender.EVENTS: "PagerDuty Events API v2 (any tool)",
    Sender.DATADOG: "Datadog",
    Sender.ZENDESK: "Zendesk",
    Sender.INTERCOM: "Intercom",
    Sender.FRESHDESK: "Freshdesk",
    Sender.GENERIC: "Any other tool that sends JSON",
}


def too_large(size: int) -> str:
    """Refuse a delivery larger than 1 MB; its full size is not always known."""
    return TOO_LARGE.format("" if size <= A_MEGABYTE else f"{size / A_MEGABYTE:.1f} MB, ")


def delivery_outcome(alerts: Sequence[Alert], tickets: Sequence[Ticket], note: str, left_out: int = 0) -> str:
    """Summarize a delivery in one line. Of what it contains, only states that the bot does not know are quoted."""
    if alerts and all(each.why is NoEffectReason.TEST for each in alerts):
        return A_TEST
    found = Counter(REASONS[each.why] if each.why else SHORT[each.signal] for each in alerts)
    found.update("opened" if each.came else "closed" for each in tickets if each.came is not None)
    number, what = found.total(), "alert" if alerts else "ticket"
    said = ", ".join(f"{many} {state}" for state, many in found.items())
    nothing = note or "Received, but there was no alert in it."
    heard = f"Received {count_noun(number, what)}: {said}." if found else nothing
    return " ".join(each for each in (heard, _unknown(alerts), LEFT_OUT.format(left_out) if left_out else "") if each)


def _unknown(alerts: Sequence[Alert]) -> str:
    words = dict.fromkeys(shortened(each.word, LONGEST_WORD) for each in alerts if each.word)
    quoted = ", ".join(f"“{word}”" for word in [*words][:MOST_WORDS])
    return f"I don't know the state {quoted}, so I ignored it." if words else ""


def event_effect(each: Alert | Ticket, queue: str) -> str:
    """Say in one line what a sample alert or ticket would do; `queue` is the default queue."""
    what = "ticket" if isinstance(each, Ticket) else "alert"
    named = each.queue or (f"{queue} (the default; the {what} names no queue)" if queue else "no queue")
    if isinstance(each, Ticket):
        return f"{named}: {_ticket_effect(each)}"
    facts = [f"value {each.value:g}" if each.value is not None else "", each.key and f"key {each.key}"]
    facts.insert(1, f"limit {each.threshold:g}" if each.threshold is not None else "")
    told = ", ".join(fact for fact in facts if fact)
    does = f"{REASONS[each.why]} and {DOES[Signal.INFO]}" if each.why else f"{each.signal} and {DOES[each.signal]}"
    return f"{named}: the alert is {does}{f' ({told})' if told else ''}"


def _ticket_effect(each: Ticket) -> str:
    if each.came is None:
        return f"ticket {each.id} is now {each.state} and wouldn't be counted"
    return f"ticket {each.id} was {'opened' if each.came else 'closed'} and would be counted"


def webhook_list(team: Team, hooks: Sequence[Webhook], reader: Person) -> ModalView:
    """List the webhooks of a team, each with the outcome of its last delivery."""
    blocks: list[Block] = [SectionBlock(f"Tools connected to <#{team.channel_id}>", block_id="head")]
    blocks += errors.closed_warning(team, NOT_HEARD_NOW)
    for hook in hooks:
        blocks += _hook(hook, reader)
    if not hooks:
        blocks.append(SectionBlock(NONE_YET, block_id="none"))
    add = Button("Connect a tool", action_id=MAKE, value=str(team.id), style="primary")
    blocks += [DividerBlock(block_id="rule"), ActionsBlock([add], block_id="add")]
    return ModalView(title=TITLE, close="Close", blocks=[*blocks, context(SHOWN_ONCE)])


def _hook(hook: Webhook, reader: Person) -> list[Block]:
    value = f"{hook.team_id}:{hook.id}"
    last = f"{short(hook.last_at, reader)}: {escape(hook.outcome)}" if hook.last_at else "Nothing received yet."
    received, refused = (number(each, reader.locale) for each in (hook.deliveries, hook.refused))
    counts = f"{received} received" + (f", {refused} refused" if hook.refused else "")
    text = f"*{NAMES[Sender(hook.sender)]}* for {escape(hook.queue)}, {counts}\n{last if hook.secret else NO_SECRET}"
    sure = Confirm("Remove this address?", "I'll ignore what the tool sends to it.", "Remove it", "Keep it")
    buttons = [
        Button("Try an example", action_id=TRY, value=value),
        Button(
            "Secret" if hook.sender in webhooks.SENDERS_WITH_OWN_SECRET else "New secret", action_id=ROTATE, value=value
        ),
        Button("Remove", action_id=REMOVE, value=value, style="danger", confirm=sure),
    ]
    told = SectionBlock(shortened(text, 2900), block_id=f"hook_{hook.id}")
    return [told, ActionsBlock([*buttons], block_id=f"do_{hook.id}")]


def make_form(team: Team) -> ModalView:
    options = [option(name, str(sender)) for sender, name in NAMES.items()]
    named = PlainTextInput(webhooks.QUEUE, max_length=webhooks.LONGEST_QUEUE, placeholder="phones")
    blocks = [
        InputBlock("Tool", StaticSelectMenu(webhooks.SENDER, options=options), block_id=webhooks.SENDER),
        InputBlock("Queue", named, block_id=webhooks.QUEUE, hint="For alerts that don't name a queue."),
    ]
    return modal(TITLE, FORM, blocks, submit="Create an address", metadata=str(team.id))


def no_address() -> ModalView:
    return ModalView(title=TITLE, close="Close", blocks=[SectionBlock(NO_ADDRESS, block_id="no_address")])


def new_webhook_view(team: Team, new: NewWebhook, public_url: str) -> ModalView:
    """Show a new webhook's address and secret, which are shown only once, and the setup steps."""
    sender = Sender(new.hook.sender)
    address = f"{public_url.rstrip('/')}/hooks/{sender}/{new.token}"
    kept = [SectionBlock(f"*Address*\n```{address}```", block_id="address")]
    if new.secret:
        kept.append(SectionBlock(f"*Secret*\n```{new.secret}```", block_id=webhooks.SECRET))
    once = "Copy this now. I won't show it again. To see what arrives, use `/queue hooks`."
    head = f"Connect *{NAMES[sender]}*:"
    return _shown(head, [*errors.closed_warning(team, NOT_HEARD_NOW), *kept, *_steps(sender)], once)


def rotate_form(hook: Webhook) -> ModalView:
    """Ask for the secret that the sender created, or whether the bot should create a new one."""
    sender = Sender(hook.sender)
    ask = f"Create a new secret for {NAMES[sender]}? {A_DAY}"
    blocks: list[Block] = [SectionBlock(ask, block_id="told")]
    if sender in webhooks.SENDERS_WITH_OWN_SECRET:
        pasted = PlainTextInput(webhooks.SECRET, max_length=webhooks.LONGEST_SECRET)
        told = f"{NAMES[sender]} creates the secret. {A_DAY if hook.secret else ''}"
        hint = "Paste it from the tool. I store it encrypted and never show it."
        entered = InputBlock("Secret", pasted, block_id=webhooks.SECRET, hint=hint)
        blocks = [SectionBlock(told, block_id="told"), entered]
    submit = "Save" if sender in webhooks.SENDERS_WITH_OWN_SECRET else "Create"
    return modal(TITLE, ROTATE_FORM, blocks, submit=submit, metadata=f"{hook.team_id}:{hook.id}")


def rotated_view(team: Team, hook: Webhook, secret: str) -> ModalView:
    sender, warning = Sender(hook.sender), errors.closed_warning(team, NOT_HEARD_NOW)
    if sender in webhooks.SENDERS_WITH_OWN_SECRET:
        return _shown(
            f":white_check_mark: Saved. From now on, I accept requests that {NAMES[sender]} signs with this secret.",
            warning,
            "",
        )
    shown = SectionBlock(f"*New secret*\n```{secret}```", block_id=webhooks.SECRET)
    once = f"Copy this now. I won't show it again. {A_DAY}"
    change = SectionBlock(f"*What to change*\n{SECRET_CHANGES[sender]}", block_id="steps")
    return _shown(f"*{NAMES[sender]}*", [*warning, shown, change], once)


def sample_result(team: Team, hook: Webhook, lines: Sequence[str]) -> ModalView:
    """Show the effect of a sender's sample payload."""
    name = NAMES[Sender(hook.sender)]
    told = "\n".join(f"• {escape(line)}" for line in lines)
    head = f":white_check_mark: I can read a signed example of what {name} sends:"
    note = "I didn't open or count anything. To test the connection itself, send a test from the tool."
    would = SectionBlock(shortened(told, 2900), block_id="would")
    return _shown(head, [*errors.closed_warning(team, NOT_HEARD_NOW), would], note)


def removed_view() -> ModalView:
    return _shown("Removed. I'll ignore anything sent there from now on.", [], "")


def _steps(sender: Sender) -> list[Block]:
    return [SectionBlock(f"*Set-up steps*\n{setup_steps(sender)}", block_id="steps")]


def _shown(head: str, blocks: Sequence[Block], note: str) -> ModalView:
    notes = [context(note)] if note else []
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(head, block_id="head"), *blocks, *notes])
