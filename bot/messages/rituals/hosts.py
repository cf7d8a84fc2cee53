"""What a host hears, the working day before: what it is, how long it takes, why them, and how to pass it on."""

from collections.abc import Sequence

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    ModalView,
    Option,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
)

from bot.directory import Person
from bot.features.rituals.answering import answers
from bot.features.rituals.hosting import WHOM
from bot.features.rituals.tables import Occasion, Ritual
from bot.messages.post import Post
from bot.messages.rituals.names import SKIP, SWAP, SWAP_FORM
from bot.messages.text import escape, mention, shortened
from bot.messages.times import when
from bot.teams.tables import Team

SKIPPED = "All right, not this time; somebody else hosts it, and nobody is told why."
BEGINS = "you answer first in its thread and say a kind word to the others"
PLAYS = "you press an answer like everybody else, and say a kind word in its thread"
PRESS = "Press an answer like everybody else, and say a kind word in the thread."
NOBODY = "Nobody else is at work then. *Not this time* is fine: then I host it myself."


def named(occasion: Occasion, person_id: str) -> str:
    return f"host:{occasion.id}:{person_id}"


def asked(team: Team, ritual: Ritual, occasion: Occasion, host: Person, by: str = "") -> Post:
    """`by` is who would like to swap."""
    why = f"{mention(by)} asks whether you would take it." if by else "It goes round, and now it is your turn."
    is_quiz = bool(answers(ritual, occasion))
    asks = f"\nIt asks: _{escape(occasion.prompt)}_" if occasion.prompt and not is_quiz else ""
    does = PLAYS if is_quiz else BEGINS
    name, at = escape(ritual.what.name), when(occasion.starts_at, host)
    text = f":wave: You host *{name}* in <#{team.channel_id}>, {at}. {why} I post it; {does}. Three minutes.{asks}"
    buttons = [
        Button("Swap with somebody", action_id=SWAP, value=str(occasion.id)),
        Button("Not this time", action_id=SKIP, value=str(occasion.id)),
    ]
    blocks = [SectionBlock(text, block_id="host"), ActionsBlock([*buttons], block_id="answers")]
    return Post(text, blocks, card=named(occasion, host.id))


def skipped(occasion: Occasion, by: str) -> Post:
    return _over(occasion, by, SKIPPED)


def swapped(ritual: Ritual, occasion: Occasion, by: str, to: str) -> Post:
    return _over(occasion, by, f"{mention(to)} hosts *{escape(ritual.what.name)}* instead. Your turn comes next.")


def called_off(ritual: Ritual, occasion: Occasion, host: str) -> Post:
    text = f"*{escape(ritual.what.name)}* does not come then after all; there is nothing to host. Thank you!"
    return _over(occasion, host, text)


def started(team: Team, ritual: Ritual, occasion: Occasion, asked: str) -> Post:
    """Tell the person who was asked to host that the ritual has started, so that they can no longer pass it on."""
    begins = PRESS if answers(ritual, occasion) else "Start the thread with your answer."
    then = begins if occasion.host_id == asked else "I'm hosting it this time."
    return _over(occasion, asked, f"*{escape(ritual.what.name)}* has started in <#{team.channel_id}>. {then}")


def _over(occasion: Occasion, person_id: str, text: str) -> Post:
    return Post(text, [SectionBlock(text, block_id="host")], card=named(occasion, person_id))


def swap_form(ritual: Ritual, occasion: Occasion, others: Sequence[Person]) -> ModalView:
    options = [Option(PlainText(shortened(f"@{each.name}", 75)), each.id) for each in others[:100]]
    told = f"Who could host *{escape(ritual.what.name)}* instead? They hear it from me, and may pass it on."
    blocks: list[Block] = [SectionBlock(told if options else NOBODY, block_id="told")]
    if options:
        blocks.append(InputBlock("Who", StaticSelectMenu(WHOM, options), block_id=WHOM))
    return ModalView(
        title="Swap",
        submit="Ask them" if options else None,
        close="Back",
        callback_id=SWAP_FORM,
        private_metadata=str(occasion.id),
        blocks=blocks,
    )
