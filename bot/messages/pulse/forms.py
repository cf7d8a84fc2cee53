"""The pulse's Slack ids, the form that agents fill in, and the leaders' forms to read and answer comments."""

from collections.abc import Sequence
from datetime import datetime

from slackblocks import (
    Block,
    CheckboxGroup,
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
from bot.org.teams.models import Team
from bot.slack.mrkdwn import count_noun, escape, shortened
from bot.slack.post import context, modal, option

ANSWER = "pulse:answer"
FORM = "pulse:form"
READ = "pulse:read"
REPLY = "pulse:reply"
REPLY_FORM = "pulse:reply_form"

COMMENT = "comment"
QUOTE = "quote"
YES = "yes"
QUOTE_HINT = "Leaders may quote it in the channel, and it may be in the monthly message to the sponsor."
WORDS = "words"
QUOTES = "quotes"
LONGEST_REPLY = 2500
MOST_QUOTES = 10
"""Slack's limit on the boxes of one group."""
LONGEST_BOX = 75
MAY_BE_QUOTED = "\n_May be quoted_"
MOST_SHOWN = 90
"""Slack shows 100 blocks in a view."""
LONGEST_SHOWN = 2900
LABELS = {1: "1 – not at all true", 2: "2", 3: "3", 4: "4", 5: "5 – completely true"}
WHO_SEES_WHAT = (
    "*Who sees what:* Until {closes}, nobody in Slack sees anything, not even who has answered. Then everyone in "
    "{channel} sees how many people answered, and *low*, *mixed* or *high* for each statement, if at least "
    f"{FEWEST_ANSWERS} did. The team's leaders also see the comments, shuffled and apart from the ratings, if at least "
    f"{FEWEST_COMMENTS} people wrote one. Your comment is quoted in the channel or to the sponsor only if you "
    "tick that box. Everything else is deleted."
)
WHO_COULD_FIND_OUT = (
    "*Who could find out:* Until then, whoever runs Steward could look up who answered what. After that, nobody can, "
    "except from backups made during the round. Your answers are final: you can't change or delete them."
)
HOW_IT_WORKS = "Once a month, I ask the team's agents to rate a few statements from 1 to 5. "
HOW_FOR_AGENTS = (
    f"{HOW_IT_WORKS}If at least {FEWEST_ANSWERS} answer, the channel sees low, mixed or high for each statement; "
    "comments go to the team's leaders, and are quoted elsewhere only if their writers allow it. Nobody in Slack can "
    "see who said what. Leaders turn the pulse on and off."
)
HOW_FOR_LEADERS = f"{HOW_IT_WORKS}Nobody in Slack can see who said what, not even you."


def score_block(number: int) -> str:
    """Return the block id of the rating of a statement."""
    return f"score_{number}"


def answer_form(found: PulseRound, team: Team, reader: Person) -> ModalView:
    scores = [option(LABELS[score], str(score)) for score in SCORES]
    blocks: list[Block] = [
        InputBlock(said, RadioButtonGroup(action_id=score_block(number), options=scores), block_id=score_block(number))
        for number, said in enumerate(found.statements)
    ]
    words = PlainTextInput(COMMENT, multiline=True, max_length=LONGEST_COMMENT)
    hint = "Leaders may recognise you by how you write. Leave out the names of customers and colleagues."
    blocks.append(InputBlock("What would help you most?", words, block_id=COMMENT, hint=hint, optional=True))
    box = option("My comment may be quoted, without my name. I can't take this back.", YES)
    quote = CheckboxGroup(action_id=QUOTE, options=[box])
    blocks.append(InputBlock("Quoting", quote, block_id=QUOTE, hint=QUOTE_HINT, optional=True))
    told = WHO_SEES_WHAT.format(closes=when(found.closes_at, reader), channel=f"<#{team.channel_id}>")
    blocks.append(SectionBlock(f"{told}\n{WHO_COULD_FIND_OUT}", block_id="privacy"))
    return modal("Pulse", FORM, blocks, submit="Send", metadata=str(found.id))


def notice(text: str) -> ModalView:
    """Build the view that says how it went. It is shown in Slack only, so nothing of it is stored."""
    return modal("Pulse", "pulse:notice", [SectionBlock(text, block_id="notice")], submit=None, close="Close")


def sent(found: PulseRound, team: Team, reader: Person) -> ModalView:
    return notice(
        f"Thanks, your answers are in. The round is open until {when(found.closes_at, reader)}, and then I'll post the "
        f"results in <#{team.channel_id}>. You'll still see the question in our DM until then."
    )


def comments(said: Sequence[PulseComment]) -> ModalView:
    """Build the list of a round's comments, for the team's leaders."""
    blocks: list[Block] = [
        SectionBlock(f">{shown(each.words)}{MAY_BE_QUOTED if each.may_be_quoted else ''}", block_id=f"c_{nth}")
        for nth, each in enumerate(said[:MOST_SHOWN])
    ]
    hidden = len(said) - MOST_SHOWN
    more = (
        f"There {'is' if hidden == 1 else 'are'} {count_noun(hidden, 'more comment')} than I can show here. "
        if hidden > 0
        else ""
    )
    told = f"{more}Only the team's leaders can read this. Please don't guess who wrote what."
    return modal("Comments", "pulse:comments", [*blocks, context(told, "privacy")], submit=None, close="Close")


def shown(words: str) -> str:
    """Return a comment as mrkdwn that fits into one block, however much escaping adds."""
    return shortened(escape(words), LONGEST_SHOWN)


def reply_form(found: PulseRound, said: Sequence[PulseComment]) -> ModalView:
    """Build the form in which a leader answers all comments in one post."""
    words = PlainTextInput(WORDS, multiline=True, max_length=LONGEST_REPLY)
    hint = "I'll post it in the team's channel with your name. Say what you'll do, and what you can't."
    blocks: list[Block] = [InputBlock("Your answer to all comments", words, block_id=WORDS, hint=hint)]
    if quotable := [each for each in said if each.may_be_quoted][:MOST_QUOTES]:
        boxes = [option(shortened(each.words, LONGEST_BOX), each.id) for each in quotable]
        group: Element = CheckboxGroup(action_id=QUOTES, options=boxes)
        blocks.append(InputBlock("Comments to quote", group, block_id=QUOTES, optional=True))
    return modal("Answer comments", REPLY_FORM, blocks, submit="Post", metadata=str(found.id))


def about(status: str) -> ModalView:
    """Build what agents read about the pulse."""
    return notice(f"{status}\n{HOW_FOR_AGENTS}")


def above_settings(status: str, found: PulseRound | None) -> str:
    """Say above the settings what state the team's pulse is in, and from when a change counts."""
    changes = " Any changes apply from the next round." if found and found.is_open else ""
    return f"{status}{changes}\n{HOW_FOR_LEADERS}"


def status(found: PulseRound | None, opens_at: datetime | None, agents: int, fewest: int, reader: Person) -> str:
    """Say what state a team's pulse is in, without anything about answers."""
    if found and found.is_open:
        return f"A round is open until {when(found.closes_at, reader)}."
    if agents < fewest:
        return f"A round needs at least {fewest} agents, and this team has {agents}."
    return f"The next round is planned for {when(opens_at, reader)}." if opens_at else "The pulse is off."
