"""Refusals about rituals, their hosts, packs and quizzes."""

RITUAL_GONE = "That ritual no longer exists. `/funtank rituals` shows the current ones."
CANNOT_HOST = "This person can't host this one. Pick someone else."
HAS_BEGUN = "This one has already started."
NOT_HOST = "Someone else is hosting this one now."
PACK_BEGUN = "The first ritual would be in the past. Pick a later day."
PACK_TOO_FAR = "That's more than a year ahead. Pick an earlier day."
NO_RULE = "I don't know that schedule. Pick how often, and on which day."
DAY_PAST = "Pick a day in the future for it to start again."
NOT_OWN = "You can't change the words of a built-in ritual. You can change when it runs, or add your own."
CANNOT_REMOVE = "You can't remove a built-in ritual. Use *Turn off* instead."
NO_NAME = "Give it a name."
NO_WORDS = "Write a sentence or two for me to post."
QUIZ_NOT_YOURS = "Only members of this team can pick an answer. You can guess in the thread."
QUIZ_OVER = "The answer is already out. It's on the card."
FOR_LEADERS = "Only the team's leaders can choose this. Tell them what you think in the thread."
NOT_IN_TEAM = "You're no longer in that team. `/funtank rituals` shows your team's rituals."


def too_many_own(most: int) -> str:
    """Say that the team has as many rituals of its own as allowed, and ask to change or remove one first."""
    return f"Your team already has {most} rituals of its own, which is the limit. Change or remove one first."


def prompt_too_long(most: int, start: str) -> str:
    """Say which prompt of a ritual is too long."""
    return f"This prompt is longer than {most} characters: “{start}…”"


def wrong_answers(most: int, longest: int, line: str) -> str:
    """Say how to write a quiz question with its answers."""
    return (
        f"A question needs 2 to {most} different answers of up to {longest} characters, the right one first, "
        f"like `What does FAQ stand for? | Frequently asked questions | Fast answer queue`. Check this line: “{line}”."
    )


def already_planned(span: str) -> str:
    """Say on which days a pack of rituals is already planned."""
    return f"It's already planned for {span}. Pick a day after that."


def outside_hours(days: str, span: str) -> str:
    """Ask for a time in the team's working hours."""
    return f"Your team works {days} from {span}. Pick a time within these hours."
