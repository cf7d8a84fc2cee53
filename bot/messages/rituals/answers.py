"""Questions with answers: the buttons, what people who press see, and the card when the answer is out."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Button, ContextBlock, SectionBlock, Text

from bot.features.rituals.answering import Count, Outcome
from bot.features.rituals.tables import Occasion
from bot.messages.post import Post
from bot.messages.rituals.cards import PLAIN, Asked
from bot.messages.rituals.names import ANSWER
from bot.messages.text import escape

PRESS = "Press one: you alone see what you said, and another press changes it. The answer comes here later."
CHANGED = "This question was changed meanwhile, so there is no answer to it now. Thank you for thinking along!"


def choices(occasion: Occasion, answers: Sequence[str]) -> Asked:
    """The answers to press, as they were mixed."""
    if not answers:
        return PLAIN
    buttons = [
        Button(each, action_id=f"{ANSWER}:{nth}", value=f"{occasion.id}:{each}") for nth, each in enumerate(answers)
    ]
    return Asked([ActionsBlock([*buttons], block_id="choices")], f"{_listed(answers)}?", PRESS)


def _listed(answers: Sequence[str]) -> str:
    *others, last = (escape(each) for each in answers)
    return f"{', '.join(others)} or {last}"


def you_said(said: str) -> Post:
    return Post(f"You said *{escape(said)}*. Another press changes it, until the answer is out.")


def revealed(outcome: Outcome) -> Asked:
    """The card with the answer in it."""
    if outcome.answer is None:
        return Asked([SectionBlock(CHANGED, block_id="answer")], CHANGED)
    told = _told(outcome)
    blocks = [SectionBlock(told, block_id="answer"), *_lately(outcome.lately)]
    return Asked(blocks, told)


def answered(outcome: Outcome) -> Post | None:
    """The same for those in its thread; None where too few answered to make it news."""
    return Post(f"The answer is out. {_told(outcome)}") if outcome.answer and outcome.people else None


def _told(outcome: Outcome) -> str:
    return f":white_check_mark: *{escape(outcome.answer or '')}*. {_people(outcome.people)}".rstrip()


def _people(people: Count | None) -> str:
    if people is None:
        return ""
    if people.knew == 0:
        return f"A hard one: of the {people.of} who answered nobody knew it yet, and now everybody does."
    if people.knew == people.of:
        return f"All {people.of} who answered knew it."
    return f"{people.knew} of the {people.of} who answered knew it."


def _lately(lately: Count | None) -> list[ContextBlock]:
    if lately is None:
        return []
    text = f"The team knew {lately.knew} of the last {lately.of}: at least half of those who answered did."
    return [ContextBlock([Text(text)], block_id="lately")]
