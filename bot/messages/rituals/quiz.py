"""Questions with answers: the buttons, what people who press see, and the card when the answer is out."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Button, ContextBlock, SectionBlock

from bot.features.rituals.models import RitualRun
from bot.features.rituals.quiz import Count, Outcome
from bot.messages.rituals.cards import ANSWER, NO_QUIZ, QuizPart
from bot.slack.mrkdwn import escape
from bot.slack.post import Post, context

PRESS = "Press one: you alone see what you said, and another press changes it. The answer comes here later."
QUESTION_CHANGED = "This question was changed meanwhile, so there is no answer to it now. Thank you for thinking along!"


def answer_buttons(run: RitualRun, answers: Sequence[str]) -> QuizPart:
    """The answers to press, as they were mixed."""
    if not answers:
        return NO_QUIZ
    buttons = [Button(each, action_id=f"{ANSWER}:{nth}", value=f"{run.id}:{each}") for nth, each in enumerate(answers)]
    return QuizPart([ActionsBlock([*buttons], block_id="choices")], f"{_list_answers(answers)}?", PRESS)


def _list_answers(answers: Sequence[str]) -> str:
    *others, last = (escape(each) for each in answers)
    return f"{', '.join(others)} or {last}"


def answer_noted(said: str) -> Post:
    return Post(f"You said *{escape(said)}*. Another press changes it, until the answer is out.")


def revealed_answer(outcome: Outcome) -> QuizPart:
    """The card with the answer in it."""
    if outcome.answer is None:
        return QuizPart([SectionBlock(QUESTION_CHANGED, block_id="answer")], QUESTION_CHANGED)
    told = _outcome_line(outcome)
    blocks = [SectionBlock(told, block_id="answer"), *_recent_blocks(outcome.lately)]
    return QuizPart(blocks, told)


def revealed_in_thread(outcome: Outcome) -> Post | None:
    """The same for those in its thread; None where too few answered to make it news."""
    return Post(f"The answer is out. {_outcome_line(outcome)}") if outcome.answer and outcome.people else None


def _outcome_line(outcome: Outcome) -> str:
    return f":white_check_mark: *{escape(outcome.answer or '')}*. {_people_line(outcome.people)}".rstrip()


def _people_line(people: Count | None) -> str:
    if people is None:
        return ""
    if people.knew == 0:
        return f"A hard one: of the {people.of} who answered nobody knew it yet, and now everybody does."
    if people.knew == people.of:
        return f"All {people.of} who answered knew it."
    return f"{people.knew} of the {people.of} who answered knew it."


def _recent_blocks(lately: Count | None) -> list[ContextBlock]:
    if lately is None:
        return []
    text = f"The team knew {lately.knew} of the last {lately.of}: at least half of those who answered did."
    return [context(text, "lately")]
