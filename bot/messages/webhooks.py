"""Webhooks, in words: the list, the forms, what to enter at each sender, what a delivery did."""

import json
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

from bot.alerts import Alert, Signal, Ticket, Why
from bot.features import webhooks
from bot.features.webhooks import NewWebhook, Sender, Webhook
from bot.messages import errors
from bot.messages.errors import CLOSED_CHANNEL
from bot.messages.times import short
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, shortened
from bot.slack.post import context, modal, option

MAKE = "webhooks:make"
TRY = "webhooks:try"
ROTATE = "webhooks:rotate"
REMOVE = "webhooks:remove"

FORM = "webhooks:form"
ROTATE_FORM = "webhooks:rotate_form"

TITLE = "Alerts from tools"

REFUSED = "Refused: it did not prove whose it is. Is the secret the same at both ends?"
NO_SECRET = "Sent back: I have no secret for it yet. *Secret* is where to paste the sender's."  # noqa: S105
STALE = "Dropped: it was sent too long ago."
TOO_LARGE = "Refused: {} MB, and I read 1 MB at most."
A_MEGABYTE = 1024 * 1024
UNHEARD = f"Not heard: {CLOSED_CHANNEL}."
DOES = {
    Signal.FIRING: "would open a spike, or join the one that is open",
    Signal.RESOLVED: "would end its spike",
    Signal.INFO: "would change nothing",
}
REASONS = {Why.TEST: "only a test", Why.NO_DATA: "without data", Why.UNKNOWN: "in an unknown state"}
A_TEST = "A test arrived."
LEFT_OUT = "{} more were left out."
MOST_WORDS, LONGEST_WORD = 3, 40
SHORT = {Signal.FIRING: "over the limit", Signal.RESOLVED: "resolved", Signal.INFO: "without effect"}
NO_ADDRESS = (
    "Tools cannot reach me yet, since I do not know my own address. Ask whoever runs Steward to set "
    "`STEWARD_PUBLIC_URL`, like `https://steward.example.com`, and to let `/hooks/` through to it."
)
NONE_YET = "No tool tells me of your queues yet. Grafana, PagerDuty, Zendesk and others can; it takes two minutes."
SHOWN_ONCE = (
    "Whoever sends to one of these proves it with a secret. An address and its secret are shown once, to you alone."
)
NOT_HEARD_NOW = "I don't hear these tools at the moment"
A_DAY = "The one before still proves for 24 hours, so there is time to enter it."
NAMES = {
    Sender.GRAFANA: "Grafana",
    Sender.ALERTMANAGER: "Prometheus Alertmanager",
    Sender.PAGERDUTY: "PagerDuty",
    Sender.EVENTS: "A tool that speaks PagerDuty's Events API v2",
    Sender.DATADOG: "Datadog",
    Sender.ZENDESK: "Zendesk",
    Sender.INTERCOM: "Intercom",
    Sender.FRESHDESK: "Freshdesk",
    Sender.GENERIC: "Anything else that posts JSON",
}
DATADOG_BODY = json.dumps(
    {
        "id": "$ID", "cycle": "$ALERT_CYCLE_KEY", "transition": "$ALERT_TRANSITION", "title": "$EVENT_TITLE",
        "query": "$ALERT_QUERY", "scope": "$ALERT_SCOPE", "tags": "$TAGS", "url": "$LINK", "date": "$DATE",
    }
)  # fmt: skip
ZENDESK_BODY = json.dumps({"queue": "{{ticket.group.name}}", "ticket": {"id": "{{ticket.id}}", "event": "created"}})
FRESHDESK_BODY = json.dumps(
    {"ticket_id": "{{ticket.id}}", "event": "created", "ticket_group_name": "{{ticket.group.name}}"}
)
GENERIC_BODY = json.dumps(
    {
        "alert_uid": "phones-1", "title": "Phones are busy", "state": "alerting", "queue": "phones", "value": 42,
        "threshold": 30,
    }
)  # fmt: skip
ONE_HEADER = "a header `X-Steward-Secret` with the secret"
STEPS = {
    Sender.GRAFANA: (
        "Alerting, *Contact points*, a new one of the kind *Webhook*, with the address as URL.",
        "Under *HMAC signature*: the secret; as timestamp header `X-Grafana-Alerting-Timestamp`. An older Grafana has "
        "no HMAC: give the secret as *Authorization header credentials* instead.",
        "Leave *Disable resolved message* off and *Max alerts* at 0: resolved alerts end the spike.",
        "A label `queue` on the alert rule, like `queue=phones`, names the queue; an annotation `value` the number.",
    ),
    Sender.ALERTMANAGER: (
        "In `webhook_configs` of a receiver: `url` is the address, and `http_config` has `authorization` with the "
        "secret as `credentials`.",
        "Keep `send_resolved: true`, which ends the spike, and `max_alerts: 0`, so that no alert is left out.",
        "A `repeat_interval` of an hour or less, in the route, keeps the number up to date.",
        "A label `queue` names the queue; an annotation `value` the number, like `{{ $value }}`.",
    ),
    Sender.PAGERDUTY: (
        "Integrations, *Generic Webhooks (v3)*, a new one with the address, for the services of your queues.",
        "PagerDuty shows a secret once. Bring it here: `/queue hooks`, *Secret*.",
        "The name of the service is the queue.",
    ),
    Sender.EVENTS: (
        "Give the tool the address in place of `https://events.pagerduty.com`; `/v2/enqueue` may follow it.",
        "The secret is its routing key, also called integration key.",
        "`payload.custom_details` may have `queue`, `value` and `threshold`.",
    ),
    Sender.DATADOG: (
        "Integrations, *Webhooks*, a new one with the address as URL.",
        f"Custom headers: `{{\"X-Steward-Secret\": \"the secret\"}}`. Payload:\n```{DATADOG_BODY}```",
        "Put `@webhook-` and its name into the monitor's message. A tag like `queue:phones` names the queue; group the "
        "monitor by it where one monitor watches several.",
    ),
    Sender.ZENDESK: (
        "Apps and integrations, *Webhooks*, a new one: the address, POST, JSON.",
        "Then *Reveal secret*. Bring it here: `/queue hooks`, *Secret*.",
        "Subscribe it to ticket events, or let a trigger for created tickets notify it with this body, and one for "
        f"solved tickets with `solved` in place of `created`:\n```{ZENDESK_BODY}```",
    ),
    Sender.INTERCOM: (
        "Developer Hub, your app, *Webhooks*: the address, and the topics `conversation.user.created`, "
        "`conversation.admin.closed`, `conversation.admin.opened` and `conversation.admin.snoozed`.",
        "The secret is the app's *client secret*, under *Basic information*. Bring it here: `/queue hooks`, *Secret*.",
    ),
    Sender.FRESHDESK: (
        "Admin, *Automations*: a rule for created tickets and one for those that are resolved or closed, each with the "
        "action *Trigger webhook*: POST, the address, JSON.",
        "*Requires authentication*: any user name, and the secret as password.",
        "Advanced content, with `solved` in place of `created` in the second rule. Words such as `{{ticket.status}}` "
        f"are in your account's language, which I may not know:\n```{FRESHDESK_BODY}```",
    ),
    Sender.GENERIC: (
        f"POST to the address, with `Authorization: Bearer` and the secret, or {ONE_HEADER}.",
        f"`state` is `alerting` or `ok`; the same `alert_uid` ends what it began:\n```{GENERIC_BODY}```",
        "Better signed: `X-Steward-Timestamp` with seconds since 1970, and `X-Steward-Signature` with the hex "
        "HMAC-SHA256, by the secret, of that, a colon and the body.",
    ),
}  # fmt: skip


def too_large(size: int) -> str:
    """Of a delivery that is larger than 1 MB; how much larger is not always known."""
    return TOO_LARGE.format("more than 1" if size <= A_MEGABYTE else f"{size / A_MEGABYTE:.1f}")


def delivery_outcome(alerts: Sequence[Alert], tickets: Sequence[Ticket], note: str, left_out: int = 0) -> str:
    """In one line, without what anybody wrote but a word that we do not know."""
    if alerts and all(each.why is Why.TEST for each in alerts):
        return A_TEST
    found = Counter(REASONS[each.why] if each.why else SHORT[each.signal] for each in alerts)
    found.update("came" if each.came else "left" for each in tickets)
    number, what = found.total(), "alert" if alerts else "ticket"
    said = ", ".join(f"{many} {state}" for state, many in found.items())
    heard = f"Heard {number} {what}{'s' * (number > 1)}: {said}." if found else note or "Heard: nothing in it."
    return " ".join(each for each in (heard, _unknown(alerts), LEFT_OUT.format(left_out) if left_out else "") if each)


def _unknown(alerts: Sequence[Alert]) -> str:
    words = dict.fromkeys(shortened(each.word, LONGEST_WORD) for each in alerts if each.word)
    quoted = ", ".join(f"“{word}”" for word in [*words][:MOST_WORDS])
    return f"I don't know the state {quoted}, so it opened and ended nothing." if words else ""


def event_effect(each: Alert | Ticket, queue: str) -> str:
    """One line; `queue` is what it is about when it names none."""
    named = each.queue or (f"{queue}, since it names none" if queue else "no queue")
    if isinstance(each, Ticket):
        return f"{named}: ticket {each.id} {'came' if each.came else 'left'}, and would be counted"
    facts = [f"value {each.value:g}" if each.value is not None else "", each.key and f"key {each.key}"]
    facts.insert(1, f"limit {each.threshold:g}" if each.threshold is not None else "")
    told = ", ".join(fact for fact in facts if fact)
    does = f"{REASONS[each.why]} {DOES[Signal.INFO]}" if each.why else f"{each.signal} {DOES[each.signal]}"
    return f"{named}: {does}{f' ({told})' if told else ''}"


def listing(team: Team, hooks: Sequence[Webhook], reader: Person) -> ModalView:
    """Each with its last delivery, and what became of it."""
    blocks: list[Block] = [SectionBlock(f"What tells <#{team.channel_id}> of its queues.", block_id="head")]
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
    last = f"{short(hook.last_at, reader)}: {escape(hook.outcome)}" if hook.last_at else "Nothing has come yet."
    counts = f"{hook.deliveries} heard" + (f", {hook.refused} refused" if hook.refused else "")
    text = f"*{NAMES[Sender(hook.sender)]}* for {escape(hook.queue)}, {counts}\n{last if hook.secret else NO_SECRET}"
    sure = Confirm("Remove this address?", "What the tool sends from now on is not heard.", "Remove it", "Keep it")
    buttons = [
        Button("Send a test", action_id=TRY, value=value),
        Button("Secret" if hook.sender in webhooks.THEIRS else "New secret", action_id=ROTATE, value=value),
        Button("Remove", action_id=REMOVE, value=value, style="danger", confirm=sure),
    ]
    told = SectionBlock(shortened(text, 2900), block_id=f"hook_{hook.id}")
    return [told, ActionsBlock([*buttons], block_id=f"do_{hook.id}")]


def make_form(team: Team) -> ModalView:
    options = [option(name, str(sender)) for sender, name in NAMES.items()]
    named = PlainTextInput(webhooks.QUEUE, max_length=webhooks.LONGEST_QUEUE, placeholder="phones")
    blocks = [
        InputBlock("Which tool?", StaticSelectMenu(webhooks.SENDER, options=options), block_id=webhooks.SENDER),
        InputBlock("Which queue?", named, block_id=webhooks.QUEUE, hint="For alerts that do not name one themselves."),
    ]
    return modal(TITLE, FORM, blocks, submit="Make an address", metadata=str(team.id))


def no_address() -> ModalView:
    return ModalView(title=TITLE, close="Close", blocks=[SectionBlock(NO_ADDRESS, block_id="no_address")])


def made(team: Team, new: NewWebhook, public_url: str) -> ModalView:
    """The address and the secret, this once, and where to enter them."""
    sender = Sender(new.hook.sender)
    address = f"{public_url.rstrip('/')}/hooks/{sender}/{new.token}"
    kept = [SectionBlock(f"*Address*\n```{address}```", block_id="address")]
    if new.secret:
        kept.append(SectionBlock(f"*Secret*\n```{new.secret}```", block_id=webhooks.SECRET))
    once = "Copy this now, please: it is not shown again. `/queue hooks` lists what is connected, and tells what came."
    head = f"*{NAMES[sender]}*: this is how it reaches me."
    return _shown(head, [*errors.closed_warning(team, NOT_HEARD_NOW), *kept, *_steps(sender)], once)


def rotate_form(hook: Webhook) -> ModalView:
    """Asks for the secret that the sender has made, or whether to make one."""
    sender = Sender(hook.sender)
    ask = f"Make a new secret for {NAMES[sender]}? {A_DAY}"
    blocks: list[Block] = [SectionBlock(ask, block_id="told")]
    if sender in webhooks.THEIRS:
        pasted = PlainTextInput(webhooks.SECRET, max_length=webhooks.LONGEST_SECRET)
        told = f"{NAMES[sender]} makes the secret itself. {A_DAY if hook.secret else ''}"
        hint = "As that tool shows it. I keep it encrypted and never show it."
        entered = InputBlock("Secret", pasted, block_id=webhooks.SECRET, hint=hint)
        blocks = [SectionBlock(told, block_id="told"), entered]
    submit = "Keep it" if sender in webhooks.THEIRS else "Make one"
    return modal(TITLE, ROTATE_FORM, blocks, submit=submit, metadata=f"{hook.team_id}:{hook.id}")


def rotated(team: Team, hook: Webhook, secret: str) -> ModalView:
    sender, warning = Sender(hook.sender), errors.closed_warning(team, NOT_HEARD_NOW)
    if sender in webhooks.THEIRS:
        return _shown(f":white_check_mark: Saved. What {NAMES[sender]} signs with it comes through now.", warning, "")
    shown = SectionBlock(f"*New secret*\n```{secret}```", block_id=webhooks.SECRET)
    once = f"Copy this now, please: it is not shown again. {A_DAY}"
    return _shown(f"*{NAMES[sender]}*", [*warning, shown, *_steps(sender)], once)


def tried(team: Team, hook: Webhook, lines: Sequence[str]) -> ModalView:
    """What a sample of the sender's would do."""
    name = NAMES[Sender(hook.sender)]
    told = "\n".join(f"• {escape(line)}" for line in lines)
    head = f":white_check_mark: An example of what {name} sends came through, proven and read."
    note = "Nothing was opened or counted. Only the way from there to here is untested: let that tool send one, too."
    would = SectionBlock(shortened(told, 2900), block_id="would")
    return _shown(head, [*errors.closed_warning(team, NOT_HEARD_NOW), would], note)


def removed() -> ModalView:
    return _shown("Removed. What is sent there from now on is not heard.", [], "")


def _steps(sender: Sender) -> list[Block]:
    return [SectionBlock(f"*What to enter*\n{steps(sender)}", block_id="steps")]


def _shown(head: str, blocks: Sequence[Block], note: str) -> ModalView:
    notes = [context(note)] if note else []
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(head, block_id="head"), *blocks, *notes])


def steps(sender: Sender) -> str:
    return "\n".join(f"{nth}. {step}" for nth, step in enumerate(STEPS[sender], 1))
