"""Refusals about spikes and stints (the times that leaders spend helping in a queue)."""

ASK_GONE = "That spike is over. Thanks for checking."
OVER = "It's already calm again. Thanks for stepping in!"
CALM_ALREADY = "It's already calm."
TAKEN = "Someone else has just joined. To join too, type `/queue join 30`."
ANSWERED = "You've already answered this one. To end your time in the queue, type `/queue done`."
ASKED_ANOTHER = "I've asked someone else. You can still help: type `/queue join 30`."
LEADERS_CALL = "In this team, only leaders can report a spike. Tell one of them what you see."
NOT_IN_TEAM = "You're no longer in that team, so I'm asking its leaders instead."
FOR_HELPING_LEADERS = "Joining the queue is for leaders. To ask one of them to join, type `/queue spike`."
HISTORY_FOR_LEADERS = "Only the team's leaders can see the history. `/queue` shows how its queues are doing now."
STINT_ENDED = "Your time in the queue has already ended. To start again, type `/queue join 30`."
STINT_NOT_YOURS = "Only the person who joined can change that."
ONLY_SHADOW = (
    "You've chosen to shadow rather than answer customers. Type `/queue shadow` to sit with an agent, or change your "
    "choice in `/steward me`."
)
THERE_ALREADY = "You're already in the queue. Type `/queue done` to stop, or use the buttons in our DM to stay longer."
NOT_THERE = "You're not in a queue right now. To join, type `/queue join 30`."


def no_length(shortest: int, longest: int) -> str:
    """Ask for the number of minutes that somebody helps."""
    return f"For how many minutes? Use a number from {shortest} to {longest}, like `/queue join 30`."


def name_one(word: str) -> str:
    """Ask for a queue's name after a subcommand."""
    return f"Name the queue, like `/queue {word} phones`."
