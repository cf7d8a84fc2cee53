"""Refusals about spikes and stints."""

ASK_GONE = "That spike is long over. Thank you for looking after it."
OVER = "It is calm again already. Thank you for coming!"
CALM_ALREADY = "It is calm already. Good!"
TAKEN = "Somebody else was a moment quicker and is there already. Thank you! `/queue join 30` joins them, if you like."
ANSWERED = "You have answered that one already. `/queue done` ends your time there."
ASKED_ANOTHER = "That question is somebody else's. `/queue join 30` lets you help too."
LEADERS_CALL = "In this team its leaders call a spike. Tell one of them what you see; they will be glad you did."
NOT_IN_TEAM = "You're no longer in that team, so its leaders are asked instead."
FOR_HELPING_LEADERS = "This is how leaders come to help. You are with the customers every day; thank you for that."
HISTORY_FOR_LEADERS = "The history is for those who lead the team, to plan by. `/queue` shows how its queues are now."
STINT_ENDED = "That has ended already; thank you for your time. `/queue join 30` begins anew."
STINT_NOT_YOURS = "That is somebody else's time with the queue."
ONLY_SHADOW = "You chose not to answer customers. `/queue shadow` is the same help; `/steward me` changes your mind."
THERE_ALREADY = "You are there already. `/queue done` ends it; the buttons in our DM stay longer."
NOT_THERE = "You are not with a queue at the moment. `/queue join 30` says that you are."


def no_length(shortest: int, longest: int) -> str:
    """Ask for a number of minutes."""
    return f"Say how many minutes, {shortest} to {longest}, like `/queue join 30`."


def name_one(word: str) -> str:
    """Ask for a queue's name after a word."""
    return f"Name the queue, like `/queue {word} phones`."
