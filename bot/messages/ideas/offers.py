"""Ask the writer of a message whether it may be saved as an idea, and read the answer."""

from slackblocks import ActionsBlock, Block, Button, Element, SectionBlock

from bot.errors import AnswerTooLate
from bot.org.teams.models import Team
from bot.refusals import common
from bot.slack.mrkdwn import escape, one_line, shortened, unescape
from bot.slack.post import Payload, Post

ACCEPT = "ideas:accept"
REFUSE = "ideas:refuse"
WORDS = "offer_words"
LONGEST_WORDS = 2000


def offer_card(name: str, team: Team, words: str, card: str) -> Post:
    """Ask the writer of a message whether it may be saved as an idea; `name` is the person who suggests it."""
    where = f"<#{team.channel_id}>"
    text = f"{name} would like to save your message as an idea for {where}. I'll save it only if you agree."
    quote = "\n".join(f">{line}" for line in shortened(escape(words), LONGEST_WORDS).splitlines())
    buttons: list[Element] = [
        Button("Save it", action_id=ACCEPT, value=f"{team.id}:{card}", style="primary"),
        Button("No, thanks", action_id=REFUSE, value=card),
    ]
    blocks: list[Block] = [
        SectionBlock(text, block_id="offer"), SectionBlock(quote, block_id=WORDS),
        ActionsBlock(buttons, block_id="offer_buttons"),
    ]  # fmt: skip
    return Post(one_line(f"{text}\n{quote}"), blocks, card=card)


def offered_words(message: Payload) -> str:
    """Return the text of the idea, as typed, from the message that offered it. Raises `AnswerTooLate` if it is gone."""
    for block in message.get("blocks") or []:
        if block.get("block_id") == WORDS:
            return unescape(
                "\n".join(line.removeprefix("&gt;").removeprefix(">") for line in block["text"]["text"].split("\n"))
            )
    raise AnswerTooLate(common.GONE)


def saved_card(card: str) -> Post:
    return Post("Saved as an idea.", card=card)


REFUSED = "OK, I haven't saved anything."
