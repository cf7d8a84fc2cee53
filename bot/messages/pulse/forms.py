"""The pulse's Slack ids, the form that agents fill in, and the leaders' forms to read and answer comments."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    Block,
    CheckboxGroup,
    DividerBlock,
    Element,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
)

from bot.features.pulse.models import PulseComment, PulseRound
from bot.features.pulse.rules import FEWEST_ANSWERS, FEWEST_COMMENTS, LONGEST_COMMENT, SCORES
from bot.messages.times import when
from bot.org.people import Person
from bot.slack.mrkdwn import escape, shortened
from bot.slack.post import context, modal, option

ANSWER = "pulse:answer"
FORM = "pulse:form"
READ = "pulse:read"
REPLY = "pulse:reply"
REPLY_FORM = "pulse:reply_form"

COMMENT = "comment"
QUOTE = "quote"
YES = "yes"
WORDS = "words"
QUOTES = "quotes"
LONGEST_REPLY = 2500
MOST_QUOTES = 10
"""Slack's limit on the boxes of one group."""
LONGEST_BOX = 75
MOST_SHOWN = 40
LONGEST_SHOWN = 2900
LABELS = {1: "1 – not at all", 2: "2", 3: "3", 4: "4", 5: "5 – completely"}
WHO_SEES_WHAT = (
    "*Who sees what:* nobody sees anything before {closes}. Then #{channel} sees low, mixed or high for each "
    f"statement, if at least {FEWEST_ANSWERS} people answered, and how many did. Comments go to the team's leaders "
    f"only, in random order and apart from the ratings, if at least {FEWEST_COMMENTS} people wrote one.\n"
    "*Who could find out:* until then, the person who runs Steward could look up who answered what. After that your "
    "name is gone, except from backups made before. You can't change your answers later."
)


def score_block(number: int) -> str:
    """Return the block id of the rating of a statement."""
    return f"score_{number}"


def answer_form(found: PulseRound, channel_name: str, reader: Person) -> ModalView:
    scores = [option(LABELS[score], str(score)) for score in SCORES]
    blocks: list[Block] = [
        InputBlock(said, RadioButtonGroup(action_id=score_block(number), options=scores), block_id=score_block(number))
        for number, said in enumerate(found.statements)
    ]
    words = PlainTextInput(COMMENT, multiline=True, max_length=LONGEST_COMMENT)
    hint = "Your way of writing can give you away. Leave out names of customers and colleagues."
    blocks.append(InputBlock("What would help you most?", words, block_id=COMMENT, hint=hint, optional=True))
    box = option("My comment may be quoted, without my name. I can't take this back.", YES)
    quote = CheckboxGroup(action_id=QUOTE, options=[box])
    blocks.append(InputBlock("Quoting", quote, block_id=QUOTE, optional=True))
    told = WHO_SEES_WHAT.format(closes=when(found.closes_at, reader), channel=escape(channel_name))
    blocks.append(SectionBlock(told, block_id="privacy"))
    return modal("Pulse", FORM, blocks, submit="Send", metadata=str(found.id))


def notice(text: str) -> ModalView:
    """Build the view that says how it went. It is shown in Slack only, so nothing of it is stored."""
    return modal("Pulse", "pulse:notice", [SectionBlock(text, block_id="notice")], submit=None, close="Close")


def sent(found: PulseRound, reader: Person) -> ModalView:
    return notice(f"Thanks, your answers are in. You'll see the team's results {when(found.closes_at, reader)}.")


def comments(found: PulseRound, said: Sequence[PulseComment]) -> ModalView:
    """Build the list of a round's comments, for the team's leaders."""
    blocks: list[Block] = []
    for nth, each in enumerate(said[:MOST_SHOWN]):
        quoted = " _(may be quoted)_" if each.may_be_quoted else ""
        blocks += [*([DividerBlock()] if nth else []), SectionBlock(shown(each.words) + quoted, block_id=f"c_{nth}")]
    hidden = len(said) - MOST_SHOWN
    more = f"{hidden} more aren't shown here. " if hidden > 0 else ""
    told = f"{more}Only the team's leaders can read these. Please don't guess who wrote what."
    return modal("Comments", "pulse:comments", [*blocks, context(told, "privacy")], submit=None, close="Close")


def shown(words: str) -> str:
    """Return a comment as mrkdwn that fits into one block, however much escaping adds."""
    return shortened(escape(words), LONGEST_SHOWN)


def reply_form(found: PulseRound, said: Sequence[PulseComment]) -> ModalView:
    """Build the form in which a leader answers all comments in one post."""
    words = PlainTextInput(WORDS, multiline=True, max_length=LONGEST_REPLY)
    hint = "One post in the team's channel, under your name. Say what you'll do, and what you can't."
    blocks: list[Block] = [InputBlock("Your answer to all comments", words, block_id=WORDS, hint=hint)]
    if quotable := [each for each in said if each.may_be_quoted][:MOST_QUOTES]:
        boxes = [option(shortened(each.words, LONGEST_BOX), each.id) for each in quotable]
        group: Element = CheckboxGroup(action_id=QUOTES, options=boxes)
        blocks.append(InputBlock("Quote these comments", group, block_id=QUOTES, optional=True))
    return modal("Answer comments", REPLY_FORM, blocks, submit="Post", metadata=str(found.id))


def about(status: str) -> ModalView:
    """Build what agents read about the pulse."""
    text = (
        f"{status}\nOnce a month, agents rate a few statements from 1 to 5 and can add a comment. Nobody can tell "
        "afterwards who said what. Your leaders turn it on and off."
    )
    return notice(text)


def status(found: PulseRound | None, opens_at: datetime | None, agents: int, fewest: int, reader: Person) -> str:
    """Say how a team's pulse stands, without anything about answers."""
    if found and found.is_open:
        return f"A round is running until {when(found.closes_at, reader)}. Changes count from the next one."
    if agents < fewest:
        return f"A round needs at least {fewest} agents, and this team has {agents}."
    if opens_at:
        return f"The next round opens {when(opens_at, reader)}."
    return (
        "The pulse is off. Turn it on, and once a month your agents rate a few statements. Nobody can tell who said "
        "what, you included."
    )
