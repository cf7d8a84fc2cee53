"""Refusals about roadblocks, ideas and promises."""

GONE = "That no longer exists, so nothing has changed."
SETTLED = {
    "roadblock": "That roadblock has changed since then, so I've left it as it is. `/roadblock` shows how it is now.",
    "idea": "That idea has changed since then, so I've left it as it is. `/idea` shows how it is now.",
    "promise": "That promise has changed since then, so I've left it as it is. `/promise` shows how it is now.",
}
MOVED_TWICE = "You've moved this promise twice. Keep it, let it go, or ask somebody in the team to help."
FOR_OWNERS = {
    "roadblock": "Only the person who has taken on this roadblock can do that.",
    "idea": "Only the person who has taken on this idea can do that.",
    "promise": "Only the person who made this promise can do that.",
}
FOR_AUTHOR = "Only the person who raised it can do that."
FOR_LEADERS = "Only the team's leaders can do that. Ask one of them."
FOR_SPONSOR = "Only the team's sponsor can do that, once the owner has asked for help."
FOR_RECIPIENT = "Only the person this was promised to can do that."
FOR_PROMISES = "Promises are for leaders, deputies and sponsors. Ask one of your team's leaders to make this one."
FOR_PROMISES_OF_LEADERS = (
    "Only leaders, deputies and sponsors make promises, and only the person who wrote a message can make it one."
)
ASKED_BEFORE = "I've asked about that message already."
NO_WORDS = "There's no text in that message."
TO_ONESELF = "A promise needs someone else. Name the person, or leave the name out to promise it to the team."
TO_BOT = "That's a bot. Name a person, or leave the name out to promise it to the team."
TO_STRANGER = "I can't tell them about it, because they aren't a full member of this workspace. Name someone else."
NO_TEXT = {
    "roadblock": "Say what is in the way, like `/roadblock the voucher tool logs us out every hour`.",
    "idea": "Say what could be better, like `/idea a macro for refunds under 20 euros`.",
    "promise": "Say what you promise, like `/promise @ana ask IT about the voucher tool by Friday`.",
}
NO_DAY = "Pick a day."
NO_REASON = "Write a sentence, so that people know why."
NO_SPONSOR = "This team has no sponsor to ask."
NO_LEADER = "Pick another leader of the team."
OWN_ROADBLOCK = "You raised this one, so you're counted already."
COUNTED_ALREADY = "You're counted already. I'll tell you when it's gone."
TOO_LATE_TO_UNDO = "You can undo a roadblock for ten minutes. `/roadblock` shows who works on it now."
NOT_THEIR_WORDS = "I can't ask whoever wrote this, because they aren't in your team. `/roadblock` takes your own words."
PRIVATE_WORDS = "From direct messages and private channels I log only what you wrote yourself."
NOT_IN_TEAM = "Only members of the team can do that."
NO_CHOICE = "Choose who sees it."
NO_OUTCOME = "Write a sentence about what was done."
NO_LAST_DAY = "Set the last day too, or leave both fields empty."
NO_QUESTION = "Write the question that the experiment answers, or leave both fields empty."
NO_DAY_AGAIN = "Pick the day on which to ask again."
NOT_LATER = "Pick a day after today."
NO_OTHER_IDEA = "There's no other open idea to merge this one with."
NO_OTHER_LEADER = "There's no other leader in this team to hand it on to."
NOT_A_LEADER = "They don't lead this team anymore. Pick somebody else."
TOO_LATE = "You can only change it in the first ten minutes."
PRIVATE_WORDS = (
    "Those are somebody else's words from a private place, so I leave them there. Write it in your own words with "
    "`/idea`."
)
CANNOT_ASK_WRITER = "I can't ask the person who wrote that. Write it in your own words with `/idea`."
NO_WORDS = "That message has no text to save. Write it in your own words with `/idea`."
PAST_DAY = "That day has passed. Pick today or a later day."
SIX_TODAY = "That's your five for today. You can add this one tomorrow."

_WHO = {
    "take": FOR_LEADERS, "close": FOR_LEADERS, "merge": FOR_LEADERS, "split": FOR_LEADERS, "withdraw": FOR_AUTHOR,
}  # fmt: skip


def not_yours(kind: str, step: str) -> str:
    """Say who can take a step."""
    if kind == "promise" and step in ("confirm", "reopen"):
        return FOR_RECIPIENT
    if kind == "promise" and step == "close":
        return FOR_OWNERS[kind]
    if kind == "idea" and step == "reopen":
        return FOR_LEADERS
    if kind == "roadblock" and step in ("confirm", "reopen"):
        return FOR_AUTHOR
    if kind == "roadblock" and step in ("accept", "send_back"):
        return FOR_SPONSOR
    return _WHO.get(step, FOR_OWNERS[kind])
