"""Quiz questions: the buttons, the reply to an answer, and the card after the answer is revealed."""

from collections.abc import Sequence

from slackblocks import Button, ContextBlock, SectionBlock

from bot.features.rituals.models import RitualRun
from bot.features.rituals.quiz import AnswerCount, Outcome
from bot.messages.rituals.cards import ANSWER, NO_QUIZ, QuizPart
from bot.slack.mrkdwn import escape
from bot.slack.post import Post, button_rows, context

PRESS = "Pick an answer. Only you see your pick, and you can change it. I'll show the right answer here later."
QUESTION_CHANGED = "This question has changed since I posted it, so I can't show an answer."


def answer_buttons(run: RitualRun, answers: Sequence[str]) -> QuizPart:
    """Build a button for each answer to a quiz question, in their shuffled order."""
    if not answers:
        return NO_QUIZ
    buttons = [Button(each, action_id=f"{ANSWER}:{nth}", value=f"{run.id}:{each}") for nth, each in enumerate(answers)]
    return QuizPart(button_rows(buttons, "choices"), f"{_list_answers(answers)}?", PRESS)


def _list_answers(answers: Sequence[str]) -> str:
    *others, last = (escape(each) for each in answers)
    return f"{', '.join(others)} or {last}"


def answer_noted(said: str) -> Post:
    return Post(f"You picked *{escape(said)}*. You can change it until the answer is out.")


def revealed_answer(outcome: Outcome) -> QuizPart:
    """Build the part of a quiz's card that shows the revealed answer."""
    if outcome.answer is None:
        return QuizPart([SectionBlock(QUESTION_CHANGED, block_id="answer")], QUESTION_CHANGED)
    told = f":white_check_mark: {_outcome_line(outcome)}"
    blocks = [SectionBlock(told, block_id="answer"), *_recent_blocks(outcome.lately)]
    return QuizPart(blocks, told)


def _outcome_line(outcome: Outcome) -> str:
    return f"*{escape(outcome.answer or '')}*. {_people_line(outcome.people)}".rstrip()


def _people_line(people: AnswerCount | None) -> str:
    if people is None:
        return ""
    if people.knew == 0:
        return f"A hard one: none of the {people.of} who answered knew it."
    if people.knew == people.of:
        return f"All {people.of} who answered knew it."
    return f"{people.knew} of the {people.of} who answered knew it."


def _recent_blocks(lately: AnswerCount | None) -> list[ContextBlock]:
    if lately is None:
        return []
    text = f"On {lately.knew} of the last {lately.of} questions, at least half of those who answered were right."
    return [context(text, "lately")]
