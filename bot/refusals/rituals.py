"""Refusals about rituals, their hosts, packs and quizzes."""

RITUAL_GONE = "That ritual is not here any more. `/funtank rituals` shows those that are."
CANNOT_HOST = "They are not at work then, or have passed on this one already. Pick somebody else, please."
HAS_BEGUN = "This one has begun already. Thank you for thinking of it!"
NOT_HOST = "Somebody else hosts this one by now. Thank you all the same."
PACK_BEGUN = "The first of it would have passed by then. Pick a day that is still to come, please."
PACK_TOO_FAR = "That is more than a year ahead. Pick a day within a year, please."
NO_RULE = "That's no rhythm I know. Pick how often, and on which day."
DAY_PAST = "Pick a day that is still to come, please: the first on which it may come again."
NOT_OWN = "That one belongs to everybody, so its words stay. You can change when it comes, or make one of your own."
CANNOT_REMOVE = "That one belongs to everybody. *Turn off* keeps it away."
NO_NAME = "Give it a name, please."
NO_WORDS = "Write a sentence or two that I post, please."
QUIZ_NOT_YOURS = "This one is for the people of this channel's team. Guess along in the thread, if you like."
QUIZ_OVER = "The answer is out already; it stands on the card. Thank you for joining in!"
FOR_LEADERS = "That is for the team's leaders. Tell them what you think in the thread; they will be glad you did."
NOT_IN_TEAM = "You are not in that team any more; `/funtank rituals` shows what yours keeps."


def too_many_own(most: int) -> str:
    """Ask to change or remove a ritual first."""
    return f"A team has up to {most} rituals of its own. Change one of them, please, or remove one."


def prompt_too_long(most: int, start: str) -> str:
    """Say which prompt is too long."""
    return f"This one is longer than {most} letters: “{start}…”"


def wrong_answers(most: int, longest: int, line: str) -> str:
    """Say how answers are written."""
    return (
        f"A question has two to {most} different answers of up to {longest} letters, the right one first, "
        f"like `How long does green tea need? | Two minutes | Ten minutes`. Please look at “{line}”."
    )


def comes_already(span: str) -> str:
    """Say when it comes already."""
    return f"It comes then already, {span}. Let it come, or pick a day after that, please."


def outside_hours(days: str, span: str) -> str:
    """Ask for a time in the team's hours."""
    return f"Your team is at work {days} from {span}. Pick a time within, please."
