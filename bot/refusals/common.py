"""Refusals shared by several features, and those of features with few refusals."""

UNKNOWN_COMMAND = "I don't know that command. Try `/shoutout @ana for staying calm`."
NOT_INSTALLED = "Steward isn't installed in this workspace any more. An admin can install it again."
OUT_OF_USE = "That's from an older version of me, so nothing has changed. Type the command again to see how things are."
GONE = "That no longer exists, so nothing has changed."
ERASURE_RUNS = "I'm already erasing your data. You'll get a message when that's done."
ERASE_NOT_TYPED = "Type “erase” to confirm, or close this form to keep everything."
NOT_MET = "I don't know you yet. It can take a minute after you join Slack; please try again."
NUDGE_GONE = "That reminder has expired, so there's nothing left to answer."
SNOOZED_OFTEN = "I've asked five times, so I'm stopping now. I'll ask again the next time it's due."
DAY_NOT_AHEAD = "Pick a day after today."
TIME_PASSED = "That time has passed. Pick a later one."
SUGGESTED_TIME_PASSED = "That time has passed. Suggest a later one."
TIME_TAKEN = "One of you is busy then. Pick another time."
NOTE_GONE = "That note no longer exists."
TEAM_GONE = "That team no longer exists."
FOR_LEADERS = "Only the team's leaders can do that. Ask one of them."
FOR_LEADERS_ONLY = "Only the team's leaders can do that."
WEEK_FOR_LEADERS = (
    "`/steward week` shows leaders their own week, and you don't lead a team here. "
    "`/steward help` lists what you can do."
)
VOICE_FOR_LEADERS = (
    "Only the team's leaders and its sponsor read this monthly message. It names you only if you agreed. "
    "It has the ideas with the most votes; post yours with `/idea`."
)
VOICE_SENT = "It has already gone to the sponsor, so nothing in it can change."
QUOTE_CHANGED = "That quote has changed in the meantime, so I've left it as it is."
QUOTE_OVER = (
    "It's too late for that: the message to the sponsor has gone out, or the quote has changed in the meantime."
)
SETTINGS_FOR_LEADERS = "Only the team's leaders can change its settings. Ask one of them."
EXPORT_FOR_LEADERS = (
    "Only the team's leaders and workspace admins can see that. `/steward me` shows what I know about you."
)
LEFT_TEAM = "You're no longer in that team."
LEFT_TEAM_UNSAVED = "You're no longer in that team, so nothing was saved."
CHANGED_MEANWHILE = "Someone else changed these settings in the meantime. Open them again and make your changes there."
ABSENCE_GONE = "That absence has already been removed. `/steward me` shows what's planned."
HAS_TEAM = "This channel is already a team. Change it with `/steward settings`."
IS_TEAM = "This channel is already a team. Change it with `/steward settings`."
NO_TEAMS = "No team is set up yet. A workspace admin can set one up with `/steward setup` in the team's channel."
IN_NO_TEAM = (
    "You're not in a team yet. Join your team's channel and try again. If it isn't set up, ask a workspace admin or "
    "a leader of another team to type `/steward setup` there."
)
INVITE_ME = "I'm not in this channel. Type `/invite @steward` in your team's channel, then `/steward setup`."
STILL_READING = "I've just joined and I'm still finding out who's here. Please try again in a few seconds."
GOALS_TOO_LONG = (
    "That's too long for the preview. Enter the most important goals, and add the rest in `/steward settings`."
)
UNKNOWN_ZONE = "I don't know that time zone. Type a city, like Lisbon, and pick it from the list."
DEPUTY_NOT_LEADING = "A deputy is also a leader. Add them to the leaders too."
SPONSOR_LEADS = "The sponsor can't be one of the leaders. Pick someone else, or leave it empty."
UNKNOWN_PERSON = "I don't know one of these people yet. Please try again in a minute, or pick someone else."
CARD_CLOSED = "That card is closed. You can still write in the channel."
ONE_LINE = "Write something first."
NOTHING_TO_CELEBRATE = "Say what you want to celebrate, like `/funtank celebrate the backlog is at zero`."
NOBODY_WOULD_HEAR = "I can't post in that team's channel: it's archived, or I'm not in it."
CELEBRATED_ALREADY = "That has already been posted."
DEBRIEF_ANSWERED = "That has already been answered."
DEBRIEF_NOT_YOURS = "That question is for someone else."
WHOLE_NUMBER = "Enter a whole number."
AT_LEAST_ONE = "Pick at least one."
WEBHOOK_GONE = "That address no longer exists. `/queue hooks` lists the current ones."
WEBHOOK_WITHOUT_QUEUE = "Name the queue in a word or two, like `phones`."
SIGNING_KEY_MISSING = "Paste the secret exactly as the tool shows it."
SIGNING_KEY_FOR_TRYING = "That's Zendesk's test secret. Zendesk shows the real one once you've created the webhook."
SIGNING_KEY_INCOMPLETE = "That doesn't look like a complete secret. Paste all of it."
WEBHOOK_UNTRIED = "I can't test it without a secret. Press *Secret* and paste the one that the tool shows."
NOT_WATCHED = "I'm not watching that ticket for you any more."
CANNOT_WATCH = (
    "I can't watch this ticket, because no connected tool would report it. `/queue hooks` lists the connected tools."
)
SUGGESTED_TIME_TAKEN = {
    "one_on_one": "One of you now has something else at that time. Press *Propose other times*.",
    "shadowing": "One of you now has something else at that time. Suggest another.",
    "visit": "One of you now has something else at that time. Suggest another.",
}
SETTLED = {
    "one_on_one": "That's already settled. `/1on1` shows what is booked.",
    "shadowing": "That's already settled. `/shadow` shows what is booked.",
    "visit": "That's already settled. `/shadow visits` shows what is booked.",
}
FOR_ORGANIZER = {
    "one_on_one": "Only the leader can do that. To ask for a one-on-one, use `/1on1 ask`.",
    "shadowing": "Only the leader can answer that.",
    "visit": "Only the sponsor can answer that.",
}
FOR_ATTENDEE = {
    "one_on_one": "Only the agent can pick a time.",
    "shadowing": "Only the agent can answer that.",
    "visit": "Only the host can answer that.",
}
"""Refusals by kind of meeting, like the three mappings above."""
PULSE_ENDED = "This round has closed, so I can't take your answers any more."
PULSE_ANSWERED = "You've already answered this round. Answers are final, so nothing has changed."
PULSE_UNRATED = "Rate this from 1 to 5."
PULSE_NOT_ASKED = "This round is only for people who have been agents of the team since it opened."
PULSE_NOTHING_TO_READ = "There are no comments to show."
PULSE_REPLIED = "A leader has already answered these comments. To add something, reply in the thread of that post."
UNREADABLE = "(This can no longer be read.)"
"""What is shown in place of a text whose encryption key is lost."""


def at_least(least: int) -> str:
    """Refuse a number below the minimum."""
    return f"Enter at least {least}."


def at_most(most: int) -> str:
    """Refuse a number above the maximum."""
    return f"Enter at most {most}."


def too_many_picked(most: int) -> str:
    """Refuse a form in which too many options are picked."""
    return f"That's too many. The limit is {most}."


def too_long(most: int) -> str:
    """Refuse a text that is too long."""
    return f"That's too long. The limit is {most} characters."


def celebration_too_long(most: int) -> str:
    """Refuse a celebration that is too long."""
    return f"That's too long. The limit is {most} characters."


def line_too_long(most: int) -> str:
    """Refuse to sign a birthday card with a line that is too long."""
    return f"That's too long. The limit is {most} characters."


def daily_limit(most: int) -> str:
    """Say that the daily limit of shout-outs is reached."""
    return f"You've reached today's limit of {most}. Try again tomorrow."


def not_at_work(name: str) -> str:
    """Ask for a time when somebody is at work."""
    return f"{name} isn't at work then. Please pick another time."


def too_far_ahead(last: str) -> str:
    """Refuse a day that is too far ahead, and name the latest allowed day."""
    return f"That's more than a year ahead. Pick a day up to {last}."


def too_long_ago(first: str) -> str:
    """Refuse a day that is too long ago, and name the earliest allowed day."""
    return f"That's too long ago. Pick {first} or later."


def bot_cannot_join(name: str) -> str:
    """Say that a bot was picked, and ask for a person."""
    return f"{name} is a bot. Pick a person."


def leaver_cannot_join(name: str) -> str:
    """Say that somebody has left the workspace, and ask for another person."""
    return f"{name} has left this workspace. Pick someone else."


def stranger_cannot_join(name: str) -> str:
    """Say that somebody is from another workspace, and ask for somebody of this workspace."""
    return f"{name} is from another workspace, so I can't reach them. Pick someone from this one."


def too_many_webhooks(most: int) -> str:
    """Refuse another webhook address: the team is at its limit."""
    return f"A team can have {most} webhook addresses at most. Remove one that nobody uses."


def already_watched(ticket: str) -> str:
    return f"I'm already watching ticket {ticket} for you. I'll tell you here when it changes."
