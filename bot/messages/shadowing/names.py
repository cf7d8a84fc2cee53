"""Slack ids of shadowing's buttons, forms and fields."""

ASK = "shadowing:ask"
ASK_AT = "shadowing:ask_at"
WRAP_UP = "shadowing:wrap_up"
READ = "shadowing:read"

ASK_AT_FORM = "shadowing:ask_at_form"
WRAP_UP_FORM = "shadowing:wrap_up_form"

LEARNT = "learnt"
ROADBLOCK = "roadblock"
DUE = "due"
THANK = "thank"

TITLE = "Shadowing"
