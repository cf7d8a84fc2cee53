"""Refusals about roadblocks, ideas and promises."""

GONE = "That no longer exists, so nothing has changed."
SETTLED = {
    kind: f"That {kind} has changed in the meantime, so I've left it as it is. `/{kind}` lists the open ones."
    for kind in ("roadblock", "idea", "promise")
}
DONE_ALREADY = "You've done that already, so nothing has changed. Your Home tab will show it in a moment."
MOVED_TWICE = "You've moved this promise twice. Keep it, press *Can't keep it*, or ask someone in the team to help."
FOR_OWNERS = {
    "roadblock": "Only the person working on this roadblock can do that.",
    "idea": "Only the person looking into this idea can do that.",
    "promise": "Only the person who made this promise can do that.",
}
FOR_AUTHOR = "Only the person who raised it can do that."
FOR_AUTHOR_OF_PROMISE = "Only the person who added this promise can do that."
FOR_LEADERS = "Only the team's leaders can do that. Ask one of them."
FOR_SPONSOR = "Only the team's sponsor can do that, once the person working on it has asked for help."
FOR_RECIPIENT = "Only the person this was promised to can do that."
FOR_PROMISES = "Promises are for leaders and sponsors. Ask one of your team's leaders to make this one."
FOR_PROMISES_OF_LEADERS = "Only leaders and sponsors can make promises, so I can't ask whoever wrote that."
ASKED_BEFORE = "I've already asked about that message."
NO_WORDS = "There's no text in that message. Write it in your own words."
TO_ONESELF = "You can't make a promise to yourself. Name someone else, or leave the name out to promise it to the team."
TO_BOT = "That's a bot. Name a person, or leave the name out to promise it to the team."
TO_STRANGER = "I can't tell them about it, because they aren't a full member of this workspace. Name someone else."
NO_TEXT = {
    "roadblock": "Say what is in the way, like `/roadblock the voucher tool logs us out every hour`.",
    "idea": "Say what could be better, like `/idea a macro for refunds under 20 euros`.",
    "promise": "Say what you promise, like `/promise @ana ask IT about the voucher tool by Friday`.",
}
NO_DAY = "Pick a day."
NO_REASON = "Write a sentence, so that others know what was done, or why."
NO_SPONSOR = "This team has no sponsor to ask."
NO_LEADER = "Pick another leader of the team."
OWN_ROADBLOCK = "You raised this one, so you're already counted."
COUNTED_ALREADY = "You're already counted. I'll tell you when it's cleared."
NOT_IN_TEAM = "Only members of the team can do that."
NAME_HIDDEN = "You've hidden your name, so I can only quote you without it. Choose that, or show your name."
NO_CHOICE = "Choose who can see it."
NO_OUTCOME = "Write a sentence about what was done."
NO_LAST_DAY = "Pick the end date too, or leave both fields empty."
NO_QUESTION = "Write the question that the experiment answers, or leave both fields empty."
NO_DAY_AGAIN = "Pick the day when I should ask the leaders again."
NOT_LATER = "Pick a day after today."
NO_OTHER_IDEA = "There's no other open idea to merge this one with."
NO_OTHER_LEADER = "There's no other leader in this team to hand it over to."
NOT_A_LEADER = "They don't lead this team any more. Pick someone else."
TOO_LATE = "You can only do that in the first ten minutes."
PRIVATE_WORDS = (
    "That's someone else's message from a private conversation, so I can't use it. Write it in your own words."
)
CANNOT_ASK_WRITER = "I can't ask the person who wrote that. Write it in your own words."
PAST_DAY = "That day has passed. Pick today or a later day."

_WHO = {
    "take": FOR_LEADERS, "close": FOR_LEADERS, "merge": FOR_LEADERS, "split": FOR_LEADERS, "withdraw": FOR_AUTHOR,
}  # fmt: skip


def not_yours(kind: str, step: str) -> str:
    """Say who can take a step."""
    if kind == "promise" and step in ("confirm", "reopen"):
        return FOR_RECIPIENT
    if kind == "promise" and step == "withdraw":
        return FOR_AUTHOR_OF_PROMISE
    if kind == "promise" and step == "close":
        return FOR_OWNERS[kind]
    if kind == "idea" and step == "reopen":
        return FOR_LEADERS
    if kind == "roadblock" and step in ("confirm", "reopen"):
        return FOR_AUTHOR
    if kind == "roadblock" and step in ("accept", "send_back"):
        return FOR_SPONSOR
    return _WHO.get(step, FOR_OWNERS[kind])
