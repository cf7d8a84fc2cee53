"""Refusals that belong to no feature, or to one with few."""

UNKNOWN_COMMAND = "I do not know that command yet. Try `/shoutout @ana for staying calm`."
OUT_OF_USE = "That's from an older version of me, so nothing has changed. Type the command again to see how things are."
GONE = "That isn't there any more, so nothing was changed."
NOT_MET = "I have not met you yet; Slack tells me of newcomers within a minute. Please try again."
NUDGE_GONE = "That one has passed; there is nothing left to answer."
SNOOZED_OFTEN = "I have asked five times now, and let it go. It comes up again by itself when it is due."
DAY_NOT_AHEAD = "Pick a day after today, please."
TIME_PASSED = "That time has passed. Pick a later one, please."
SUGGESTED_TIME_PASSED = "That time has passed. Suggest a later one, please."
TIME_TAKEN = "One of you has something else then. Pick another time, please."
NOTE_GONE = "That note is not there any more."
TEAM_GONE = "That team is no longer here."
FOR_LEADERS = "That is for the team's leaders. Ask one of them; they will be glad you did."
FOR_LEADERS_ONLY = "That is for the team's leaders."
SETTINGS_FOR_LEADERS = "Only the team's leaders can change its settings. Tell one of them what you would like."
LEFT_TEAM = "You are not in that team any more."
LEFT_TEAM_UNSAVED = "You are no longer in that team, so nothing was saved."
CHANGED_MEANWHILE = (
    "Somebody changed these settings while you looked at them. Open them once more, and nothing is lost."
)
ABSENCE_GONE = "That absence was removed before. `/steward me` shows what's planned."
HAS_TEAM = "This channel has a team already; `/steward settings` changes it."
IS_TEAM = "This channel is a team already; `/steward settings` changes it."
NO_TEAMS = "No channel here is a team of mine yet. A workspace admin makes one with `/steward setup` in its channel."
IN_NO_TEAM = (
    "You're in no team of mine yet. Join your team's channel and try again, or ask a workspace admin to make its "
    "channel a team with `/steward setup`."
)
INVITE_ME = (
    "I am not in this channel yet. In the channel that is to become a team type `/invite @steward`, "
    "then `/steward setup` again."
)
STILL_READING = "I have just come in and am still reading who is here. Please try again in a few seconds."
GOALS_TOO_LONG = (
    "That's too long to preview here. Start with the most important goals, and add the rest in `/steward settings`."
)
UNKNOWN_ZONE = "I do not know that time zone. Type a city, like Lisbon, and pick it."
DEPUTY_NOT_LEADING = "A deputy leads too: name them among the leaders as well."
SPONSOR_LEADS = "A sponsor stands behind the leaders: pick somebody else, or nobody."
UNKNOWN_PERSON = "I do not know one of these people yet. Please try again in a minute, or pick somebody else."
CARD_CLOSED = "That card is not open any more. A line from you in the channel is just as good."
ONE_LINE = "One line is enough."
NOTHING_TO_CELEBRATE = "Say what there is to celebrate, like `/funtank celebrate the backlog is at zero`."
NOBODY_WOULD_HEAR = "That team's channel is archived, or I was taken out of it, so nobody would hear you."
CELEBRATED_ALREADY = "That is celebrated already. Thank you for saying it!"
DEBRIEF_ANSWERED = "That is answered already. Thank you for having looked."
DEBRIEF_NOT_YOURS = "That question is somebody else's."
OUTCOME_FOR_LEADERS = "What came of a note is for the team's leaders to say."
OUTCOME_KNOWN = "Somebody has said what came of it already. Thank you!"
ONE_SENTENCE = "One sentence is enough."
WHOLE_NUMBER = "A whole number, please."
AT_LEAST_ONE = "At least one, please."
WEBHOOK_GONE = "That address is no longer there. `/queue hooks` lists those that are."
WEBHOOK_WITHOUT_QUEUE = "Name the queue in a word or two, like `phones`."
SIGNING_KEY_MISSING = "Paste the secret as the sender shows it."
SIGNING_KEY_FOR_TRYING = "That one is for trying only. Zendesk shows the real one once the webhook is made."
SIGNING_KEY_INCOMPLETE = "That does not look like a secret. Paste the whole of it, please."
WEBHOOK_UNTRIED = "I can't test it before it has a secret. *Secret* is where to paste the sender's."
SUGGESTED_TIME_TAKEN = {
    "one_on_one": "One of you has something else then by now. *Propose other times* finds new ones.",
    "shadowing": "One of you has something else then by now. Suggest another time, please.",
    "visit": "One of you has something else then by now. Suggest another time, please.",
}
SETTLED = {
    "one_on_one": "That one is settled already; `/1on1` shows what is planned.",
    "shadowing": "That one is settled already; `/shadow` shows what is planned.",
    "visit": "That one is settled already; `/shadow visits` shows what is planned.",
}
FOR_ORGANIZER = {
    "one_on_one": "That is for the leader of the two of you; `/1on1 ask` tells them that you would like one.",
    "shadowing": "That is for the leader of the two of you to say.",
    "visit": "That is for the one who visits to say.",
}
FOR_ATTENDEE = {
    "one_on_one": "That is for the other one of the two of you to choose.",
    "shadowing": "That is for the other one of the two of you to say.",
    "visit": "That is for the host to say.",
}
"""Of meetings, by their kind, like the three above."""


def at_least(least: int) -> str:
    """Ask for a number that is not below the least."""
    return f"At least {least}, please."


def at_most(most: int) -> str:
    """Ask for a number that is not above the most."""
    return f"At most {most}, please."


def too_many_picked(most: int) -> str:
    """Ask for fewer."""
    return f"{most} at most, please."


def too_long(most: int) -> str:
    """Ask for fewer characters."""
    return f"That is long; {most} characters are the most I keep."


def celebration_too_long(most: int) -> str:
    """Ask for fewer characters to celebrate with."""
    return f"That is long; {most} characters are the most I can say at once."


def line_too_long(most: int) -> str:
    """Ask for a shorter line on a card."""
    return f"A card is small: {most} characters at most."


def daily_limit(most: int) -> str:
    """Say that it was enough for today."""
    return f"That's your {most} for today; you can go on tomorrow."


def not_at_work(name: str) -> str:
    """Ask for a time in somebody's day."""
    return f"{name} is not at work then. Pick a time in their day, please."


def too_far_ahead(last: str) -> str:
    """Say which day is the last."""
    return f"That's more than a year ahead. Pick a day up to {last}."


def too_long_ago(first: str) -> str:
    """Say which day is the first."""
    return f"That's too long ago. Pick a day from {first} on."


def bot_cannot_join(name: str) -> str:
    """Ask for a person in place of a bot."""
    return f"{name} is a bot; pick a person."


def leaver_cannot_join(name: str) -> str:
    """Ask for somebody who is still here."""
    return f"{name} has left this workspace; pick somebody who is here."


def stranger_cannot_join(name: str) -> str:
    """Ask for somebody of this workspace."""
    return f"{name} is from another workspace, where I cannot reach them; pick somebody from here."


def too_many_webhooks(most: int) -> str:
    """Ask to remove an address first."""
    return f"{most} addresses are the most a team can have. Remove one that nobody uses, please."
