"""Forms and lists of hooks, for a team's leaders."""

from collections.abc import Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    Confirm,
    ContextBlock,
    DividerBlock,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from bot.features.webhooks.models import THEIRS, Sender, Webhook
from bot.features.webhooks.queries import LONGEST_QUEUE, LONGEST_SECRET, NewWebhook
from bot.messages import errors
from bot.messages.times import short
from bot.messages.webhooks.delivery import NO_SECRET
from bot.messages.webhooks.names import FORM, MAKE, QUEUE, REMOVE, ROTATE, ROTATE_FORM, SECRET, SENDER, TITLE, TRY
from bot.messages.webhooks.steps import NAMES, steps
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, shortened

NO_ADDRESS = (
    "Tools cannot reach me yet, since I do not know my own address. Ask whoever runs Steward to set "
    "`STEWARD_PUBLIC_URL`, like `https://steward.example.com`, and to let `/hooks/` through to it."
)
NONE_YET = "No tool tells me of your queues yet. Grafana, PagerDuty, Zendesk and others can; it takes two minutes."
NOTE = "Whoever sends to one of these proves it with a secret. An address and its secret are shown once, to you alone."
UNHEARD = "I don't hear these tools at the moment"
A_DAY = "The one before still proves for 24 hours, so there is time to enter it."


def listing(team: Team, hooks: Sequence[Webhook], reader: Person) -> ModalView:
    """Each with its last delivery, and what became of it."""
    blocks: list[Block] = [SectionBlock(f"What tells <#{team.channel_id}> of its queues.", block_id="head")]
    blocks += errors.closed_warning(team, UNHEARD)
    for hook in hooks:
        blocks += _hook(hook, reader)
    if not hooks:
        blocks.append(SectionBlock(NONE_YET, block_id="none"))
    add = Button("Connect a tool", action_id=MAKE, value=str(team.id), style="primary")
    blocks += [DividerBlock(block_id="rule"), ActionsBlock([add], block_id="add")]
    return ModalView(title=TITLE, close="Close", blocks=[*blocks, ContextBlock([Text(NOTE)], block_id="note")])


def _hook(hook: Webhook, reader: Person) -> list[Block]:
    value = f"{hook.team_id}:{hook.id}"
    last = f"{short(hook.last_at, reader)}: {escape(hook.outcome)}" if hook.last_at else "Nothing has come yet."
    counts = f"{hook.deliveries} heard" + (f", {hook.refused} refused" if hook.refused else "")
    text = f"*{NAMES[Sender(hook.sender)]}* for {escape(hook.queue)}, {counts}\n{last if hook.secret else NO_SECRET}"
    sure = Confirm("Remove this address?", "What the tool sends from now on is not heard.", "Remove it", "Keep it")
    buttons = [
        Button("Send a test", action_id=TRY, value=value),
        Button("Secret" if hook.sender in THEIRS else "New secret", action_id=ROTATE, value=value),
        Button("Remove", action_id=REMOVE, value=value, style="danger", confirm=sure),
    ]
    return [
        SectionBlock(shortened(text, 2900), block_id=f"hook_{hook.id}"),
        ActionsBlock([*buttons], block_id=f"do_{hook.id}"),
    ]


def make_form(team: Team) -> ModalView:
    options = [Option(PlainText(name), str(sender)) for sender, name in NAMES.items()]
    named = PlainTextInput(QUEUE, max_length=LONGEST_QUEUE, placeholder="phones")
    return ModalView(
        title=TITLE,
        submit="Make an address",
        close="Cancel",
        callback_id=FORM,
        private_metadata=str(team.id),
        blocks=[
            InputBlock("Which tool?", StaticSelectMenu(SENDER, options=options), block_id=SENDER),
            InputBlock("Which queue?", named, block_id=QUEUE, hint="For alerts that do not name one themselves."),
        ],
    )


def no_address() -> ModalView:
    return ModalView(title=TITLE, close="Close", blocks=[SectionBlock(NO_ADDRESS, block_id="no_address")])


def made(team: Team, new: NewWebhook, public_url: str) -> ModalView:
    """The address and the secret, this once, and where to enter them."""
    sender = Sender(new.hook.sender)
    address = f"{public_url.rstrip('/')}/hooks/{sender}/{new.token}"
    kept = [SectionBlock(f"*Address*\n```{address}```", block_id="address")]
    if new.secret:
        kept.append(SectionBlock(f"*Secret*\n```{new.secret}```", block_id=SECRET))
    once = "Copy this now, please: it is not shown again. `/queue hooks` lists what is connected, and tells what came."
    head = f"*{NAMES[sender]}*: this is how it reaches me."
    return _shown(head, [*errors.closed_warning(team, UNHEARD), *kept, *_steps(sender)], once)


def rotate_form(hook: Webhook) -> ModalView:
    """Asks for the secret that the sender has made, or whether to make one."""
    sender = Sender(hook.sender)
    ask = f"Make a new secret for {NAMES[sender]}? {A_DAY}"
    blocks: list[Block] = [SectionBlock(ask, block_id="told")]
    if sender in THEIRS:
        pasted = PlainTextInput(SECRET, max_length=LONGEST_SECRET)
        told = f"{NAMES[sender]} makes the secret itself. {A_DAY if hook.secret else ''}"
        hint = "As that tool shows it. I keep it encrypted and never show it."
        blocks = [SectionBlock(told, block_id="told"), InputBlock("Secret", pasted, block_id=SECRET, hint=hint)]
    return ModalView(
        title=TITLE,
        submit="Keep it" if sender in THEIRS else "Make one",
        close="Cancel",
        callback_id=ROTATE_FORM,
        private_metadata=f"{hook.team_id}:{hook.id}",
        blocks=blocks,
    )


def rotated(team: Team, hook: Webhook, secret: str) -> ModalView:
    sender, warning = Sender(hook.sender), errors.closed_warning(team, UNHEARD)
    if sender in THEIRS:
        return _shown(f":white_check_mark: Saved. What {NAMES[sender]} signs with it comes through now.", warning, "")
    shown = SectionBlock(f"*New secret*\n```{secret}```", block_id=SECRET)
    once = f"Copy this now, please: it is not shown again. {A_DAY}"
    return _shown(f"*{NAMES[sender]}*", [*warning, shown, *_steps(sender)], once)


def tried(team: Team, hook: Webhook, lines: Sequence[str]) -> ModalView:
    """What a sample of the sender's would do."""
    name = NAMES[Sender(hook.sender)]
    told = "\n".join(f"• {escape(line)}" for line in lines)
    head = f":white_check_mark: An example of what {name} sends came through, proven and read."
    note = "Nothing was opened or counted. Only the way from there to here is untested: let that tool send one, too."
    would = SectionBlock(shortened(told, 2900), block_id="would")
    return _shown(head, [*errors.closed_warning(team, UNHEARD), would], note)


def removed() -> ModalView:
    return _shown("Removed. What is sent there from now on is not heard.", [], "")


def _steps(sender: Sender) -> list[Block]:
    return [SectionBlock(f"*What to enter*\n{steps(sender)}", block_id="steps")]


def _shown(head: str, blocks: Sequence[Block], note: str) -> ModalView:
    notes = [ContextBlock([Text(note)], block_id="note")] if note else []
    return ModalView(title=TITLE, close="Done", blocks=[SectionBlock(head, block_id="head"), *blocks, *notes])
