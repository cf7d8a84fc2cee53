"""Quotes: what leaders can do about each in the draft, the writer's card, and what `/steward me` lists."""

from collections.abc import Mapping, Sequence

from slackblocks import ActionsBlock, Block, Button, Element, ModalView, OverflowMenu, SectionBlock
from slackblocks import InputBlock as Input

from bot.features.voice.models import VoiceMonth
from bot.followups.models import Followup
from bot.messages.followups.cards import quoted
from bot.messages.mentions import NO_NAMES, field
from bot.messages.times import when
from bot.messages.voice.account import HANDED_BACK, LEFT_OUT, LONGEST_QUOTE, QUOTES, TOO_FEW, Account, Quote, quote_line
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import LONGEST_BLOCK, shortened
from bot.slack.post import Post, modal, option

LEAVE_OUT, PUT_BACK, MENU = "voice:leave_out", "voice:put_back", "voice:quote"
HAND_BACK = "hand_back"
"""The value of the menu's option, like `hand_back:7:followup:12`; the other one is `leave_out:7:followup:12`."""
CHANGE, CHANGE_FORM, WITHDRAW, STOP = "voice:change", "voice:change_form", "voice:withdraw", "voice:stop"
WORDS = "words"
LONGEST_STATE = 80
STATES = {
    LEFT_OUT: "Left out",
    HANDED_BACK: "I've asked its writer to check it, and I'll leave it out unless they answer",
    TOO_FEW: "Won't be sent, because fewer than three people are quoted without a name",
}
STOPPED = "I won't quote that."
TAKEN_BACK = "OK, I won't quote it."
NOT_ANSWERED = "I didn't hear back in time, so I left your quote out."


def draft_quotes(account: Account, found: VoiceMonth) -> list[Block]:
    """Build a block for each quote of the draft, with what a leader can do about it."""
    blocks = [_draft_quote(found, each) for each in account.quotes]
    return [SectionBlock(f"*{QUOTES}*", block_id="quotes"), *blocks] if blocks else []


def _draft_quote(found: VoiceMonth, quote: Quote) -> Block:
    value = f"{found.id}:{quote.key}"
    line = shortened(quote_line(quote), LONGEST_BLOCK - LONGEST_STATE - 20)
    if quote.state:
        line = f"_{STATES[quote.state]}:_ {line}"
    accessory: Button | OverflowMenu | None = Button("Leave out", action_id=LEAVE_OUT, value=value)
    if quote.state == LEFT_OUT:
        accessory = Button("Put back", action_id=PUT_BACK, value=value)
    elif quote.state:
        accessory = None
    elif quote.has_writer:
        options = [
            option("Ask the writer to check it", f"{HAND_BACK}:{value}"),
            option("Leave out", f"leave_out:{value}"),
        ]
        accessory = OverflowMenu(action_id=MENU, options=options)
    return SectionBlock(line, block_id=f"quote_{quote.key}", accessory=accessory)


def handed_back(team: Team, found: VoiceMonth, followup: Followup, writer: Person) -> Post:
    """Build the card that asks a writer to look at a quote again."""
    whom, by = f"the sponsor of <#{team.channel_id}>", when(found.sends_at, writer)
    text = (
        f"A leader thinks this quote could identify a customer or a colleague. It would go to {whom} "
        f"{_describe_name(followup)}. Change it or leave it out; if you don't answer by {by}, I'll leave it out."
    )
    text = f"{text}\n{quoted(followup.quoted_words)}"
    value = f"{found.id}:{followup.id}"
    buttons: list[Element] = [
        Button("Change", action_id=CHANGE, value=value, style="primary"),
        Button("Leave out", action_id=WITHDRAW, value=value),
    ]
    blocks = [SectionBlock(text, block_id="quote"), ActionsBlock(buttons, block_id="quote_answers")]
    return Post(text, blocks, card=followup.quote_card)


def _describe_name(followup: Followup) -> str:
    return f"{'with' if followup.is_quoted_with_name else 'without'} your name"


def change_form(found: VoiceMonth, followup: Followup, names: Mapping[str, str] = NO_NAMES) -> ModalView:
    """Build the form for the words that are quoted instead."""
    words = field(WORDS, followup.quoted_words, names, longest=LONGEST_QUOTE, multiline=True)
    hint = f"Leave out names of customers and colleagues. Your {followup.kind} itself stays as it is."
    blocks = [Input("What may I quote?", words, block_id=WORDS, hint=hint)]
    return modal("Change the quote", CHANGE_FORM, blocks, submit="Save", metadata=f"{found.id}:{followup.id}")


def changed(followup: Followup) -> Post:
    """Build what the writer's card becomes once they have changed the words."""
    return _closed(followup, f"Thanks. I'll quote this instead:\n{quoted(followup.quoted_words)}")


def taken_back(followup: Followup) -> Post:
    return _closed(followup, TAKEN_BACK)


def not_answered(followup: Followup) -> Post:
    """Build what the writer's card becomes when the message goes without an answer."""
    return _closed(followup, NOT_ANSWERED)


def _closed(followup: Followup, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="quote")], card=followup.quote_card)


def consents(found: Sequence[tuple[Team, Followup]]) -> list[Block]:
    """List what a person agreed to have quoted, each with *Don't quote me*, for `/steward me`."""
    blocks: list[Block] = []
    for team, each in found:
        text = f"You've said I can quote this to the sponsor of <#{team.channel_id}>, {_describe_name(each)}:\n"
        stop = Button("Don't quote me", action_id=STOP, value=str(each.id))
        blocks.append(SectionBlock(f"{text}{quoted(each.quoted_words)}", block_id=f"consent_{each.id}", accessory=stop))
    return blocks
