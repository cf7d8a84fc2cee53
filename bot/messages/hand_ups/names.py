"""Slack ids of the buttons, forms and fields of hand-ups."""

SHORTCUT = "hand_ups:raise"
FORM = "hand_ups:form"
TEXT = "text"
TICKET = "ticket"
WAITING = "waiting"
TEAM = "team"

SORTED = "hand_ups:sorted"
HOLD = "hand_ups:hold"
RESUME = "hand_ups:resume"
CHANNEL = "hand_ups:channel"
CHANNEL_FORM = "hand_ups:channel_form"
DEPUTIES = "hand_ups:deputies"
MORE = "hand_ups:more"
"""The menu of the agent's card."""
ADD = "hand_ups:add"
ADD_FORM = "hand_ups:add_form"
CUSTOMER = "hand_ups:customer"
HARD = "hand_ups:hard"
"""The option that turns a hand-up into a hard contact."""
IN_MENU = {
    CUSTOMER: "A customer is waiting",
    ADD: "Add a line",
    CHANNEL: "Post it in the channel",
    HARD: "This was a hard contact",
}
"""Labels of the steps in the menu of the agent's card."""
THERE = "hand_ups:there"
NOT_YET = "hand_ups:not_yet"

COMING = "hand_ups:coming"
IN_A_WHILE = "hand_ups:in_a_while"
ANOTHER = "hand_ups:another"
HERE = "hand_ups:here"

AFTERWARDS = "hand_ups:afterwards"
AFTERWARDS_FORM = "hand_ups:afterwards_form"
KIND = "kind"
THEME = "theme"
THANK = "hand_ups:thank"
"""The button that opens a draft of thanks for the helper."""
