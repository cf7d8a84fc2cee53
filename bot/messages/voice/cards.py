"""Messages of the voice of the frontline: leaders' draft, the sponsor's message, and the months that were sent."""

from collections import Counter
from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, InputBlock, ModalView, PlainTextInput, SectionBlock

from bot.features.spikes.history import SpikeHistory
from bot.features.voice.models import VoiceMonth
from bot.followups.rules import Role, Step
from bot.messages.followups.cards import Texts, View, possible_steps, step_buttons
from bot.messages.roadblocks import cards as roadblock_cards
from bot.messages.spikes.history import TWO_HOURS, chart
from bot.messages.times import when
from bot.messages.voice import lists, quotes
from bot.messages.voice.account import MOST, ROADBLOCKS_FOR_SPONSOR, Account, roadblock, tell
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import comma_joined, shortened, split_into_parts
from bot.slack.post import Payload, Post, context, modal

STEPS = "voice_steps"
HAPPENED = {
    Step.ACCEPT: "You took this on. It has a card of its own in this conversation.",
    Step.ANSWER: "This was marked as cleared.",
    Step.SEND_BACK: "You sent this back.",
}
COMMENT, COMMENT_FORM, SHOW = "voice:comment", "voice:comment_form", "voice:show"
WORDS = "words"
LONGEST_COMMENT = 1000
LONGEST_TEXT = 3900
"""Slack refuses to edit a message with a longer text; its blocks tell everything."""
NAMES = (
    "It names whoever raised something only if they agreed. Themes, hand-ups, and unnamed quotes from roadblocks and "
    "ideas appear only if they come from at least three people."
)
NOTE_IS_PRIVATE = "The sponsor doesn't see the roadblocks as shown here, only what their owners wrote for the sponsor."
NOTHING_SENT = "Nothing has been sent to the sponsor yet."
NOTHING_LEFT = "there's nothing left to report"
TURNED_OFF = "it's turned off in the team's settings"
NO_SPONSOR = "the team has no sponsor now. Add one in `/steward settings`"


def draft(account: Account, found: VoiceMonth, leader: Person, sponsor: Person) -> Post:
    """Build a leader's card with what the sponsor will read."""
    choose = lists.choose_button(account, found)
    checks = ["ask writers to check their quotes"] if account.quotes else []
    can = comma_joined(["add a comment", *(["leave things out"] if choose or checks else []), *checks], "or")
    title = (
        f":memo: *Draft: Voice of the frontline, {account.name} in <#{account.team.channel_id}>*\n"
        f"It's scheduled for {when(found.sends_at, leader)} and goes to {sponsor.shown}. Until then, you can {can}."
    )
    parts = tell(account, is_for_sponsor=False)
    before, after = _around_quotes(parts)
    note = f" {NOTE_IS_PRIVATE}" if account.roadblocks else ""
    label = "Change the comment" if account.comment else "Add a comment"
    blocks = [
        SectionBlock(title, block_id="draft"),
        *_sections(before),
        *quotes.draft_quotes(account, found),
        *_sections(after),
        ActionsBlock([*choose, Button(label, action_id=COMMENT, value=str(found.id))], block_id="answers"),
        context(f"{lists.count_left_out(account)}{NAMES}{note}", "privacy"),
    ]
    return Post(shortened("\n".join([title, *parts.values()]), LONGEST_TEXT), blocks, card=found.card_of(leader.id))


def _around_quotes(parts: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the parts before and after the quotes, which have blocks of their own."""
    first = {name: told for name, told in parts.items() if name in ("themes", "roadblocks", "ideas")}
    return first, {name: told for name, told in parts.items() if name not in {*first, "quotes"}}


def _sections(parts: dict[str, str]) -> list[Block]:
    return [
        SectionBlock(text, block_id=f"{name}_{nth}")
        for name, told in parts.items()
        for nth, text in enumerate(split_into_parts(told))
    ]


def message(account: Account, found: VoiceMonth, texts: Texts) -> Post:
    """Build the message to the sponsor, with buttons on the roadblocks, and a chart if there were spikes."""
    title = _title(account)
    parts = tell(account, is_for_sponsor=True)
    blocks: list[Block] = [SectionBlock(title, block_id="title")]
    for name in parts:
        if name == "roadblocks":
            blocks += _roadblocks(account, texts)
        else:
            blocks += _sections({name: parts[name]})
        if name == "spikes" and account.spikes:
            blocks.append(_chart(account.spikes))
    text = shortened(words(account, is_for_sponsor=True), LONGEST_TEXT)
    return Post(text, [*blocks, context(NAMES, "privacy")], card=found.card)


def words(account: Account, *, is_for_sponsor: bool) -> str:
    """Return the whole message as text, for the sponsor or for leaders."""
    return "\n".join([_title(account), *tell(account, is_for_sponsor=is_for_sponsor).values()])


def _title(account: Account) -> str:
    return f":loudspeaker: *Voice of the frontline: {account.name} in <#{account.team.channel_id}>*"


def _roadblocks(account: Account, texts: Texts) -> list[Block]:
    """Build a block for each roadblock with the buttons that its own card has."""
    blocks: list[Block] = [SectionBlock(f"*{ROADBLOCKS_FOR_SPONSOR}*", block_id="roadblocks")]
    for view in account.roadblocks[:MOST]:
        blocks.append(SectionBlock(roadblock(view), block_id=f"voice_{view.followup.id}"))
        blocks += step_buttons(texts, view, {Role.SPONSOR}, block=STEPS)
    left = len(account.roadblocks) - MOST
    return [*blocks, *([context(f"and {left} more", "more_roadblocks")] if left > 0 else [])]


def take_buttons_off(message: Payload, view: View, happened: str) -> Payload | None:
    """Return a message as sent, with what happened to a roadblock instead of its buttons; None if they are gone."""
    name = f"{STEPS}_{view.followup.id}"
    blocks = [
        context(happened, name)._resolve() if each.get("block_id") == name else each for each in message["blocks"]
    ]
    is_changed = any(each["type"] == "actions" and each.get("block_id") == name for each in message["blocks"])
    return {**message, "blocks": blocks} if is_changed else None


def what_happened(view: View, step: Step) -> str:
    """Say what happened to a roadblock for which the sponsor was asked; empty while the sponsor can still answer."""
    if possible_steps(roadblock_cards, view, {Role.SPONSOR}):
        return ""
    return HAPPENED.get(step, "You don't need to answer any more.")


def _chart(found: SpikeHistory) -> Block:
    hours = Counter(hour // 2 for counts in found.hours.values() for hour in counts.elements())
    return chart("Spikes by hour of the day", TWO_HOURS, {"Spikes": hours}, "hours")


def sent(team: Team, found: VoiceMonth, leader: Person, sponsor: Person) -> Post:
    """Build the line that a draft becomes when the message is sent."""
    text = f"The {_message_of(team, found)} is on its way to {sponsor.shown}. Read it with `/steward voice`."
    return Post(text, [SectionBlock(text, block_id="draft")], card=found.card_of(leader.id))


def not_sent(team: Team, found: VoiceMonth, leader: Person, why: str) -> Post:
    """Build the line that a draft becomes when the message is not sent."""
    text = f"The {_message_of(team, found)} wasn't sent, because {why}."
    return Post(text, [SectionBlock(text, block_id="draft")], card=found.card_of(leader.id))


def told_not_sent(team: Team, found: VoiceMonth, why: str) -> Post:
    """Tell a leader that there is nobody to send the message to."""
    return Post(f"I haven't sent the {_message_of(team, found)}, because {why}.")


def _month_of(team: Team, found: VoiceMonth) -> str:
    return f"{found.month:%B %Y} in <#{team.channel_id}>"


def _message_of(team: Team, found: VoiceMonth) -> str:
    return f"{found.month:%B} message about <#{team.channel_id}>"


def comment_form(found: VoiceMonth) -> ModalView:
    """Build the form for leaders' comment, which an empty one removes."""
    field = PlainTextInput(WORDS, multiline=True, max_length=LONGEST_COMMENT, initial_value=found.comment or None)
    hint = (
        "The sponsor sees it with the name of whoever changed it last. Any leader of the team can change it. Leave it "
        "empty to remove it."
    )
    blocks = [InputBlock("Your comment", field, block_id=WORDS, hint=hint, optional=True)]
    return modal("Comment", COMMENT_FORM, blocks, submit="Save", metadata=str(found.id))


def months(found: Sequence[tuple[Team, VoiceMonth]]) -> Post:
    """List the months that were sent, newest first."""
    if not found:
        return Post(NOTHING_SENT)
    title = "*Sent to the sponsor*"
    blocks: list[Block] = [SectionBlock(title, block_id="title")]
    for team, each in found:
        button = Button("Show", action_id=SHOW, value=str(each.id))
        blocks.append(SectionBlock(_month_of(team, each), block_id=f"month_{each.id}", accessory=button))
    return Post("\n".join([title, *(f"• {_month_of(team, each)}" for team, each in found)]), blocks)


def month(text: str) -> Post:
    """Show a month that was sent, as text."""
    return Post(text, [SectionBlock(each, block_id=f"month_{nth}") for nth, each in enumerate(split_into_parts(text))])
