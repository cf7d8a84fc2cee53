"""Slack ids of shadowing's buttons, forms and fields."""

ASK = "shadowing:ask"
ASK_AT = "shadowing:ask_at"
YES = "shadowing:yes"
OTHER_TIME = "shadowing:other_time"
NO = "shadowing:no"
CANCEL = "shadowing:cancel"
WRAP_UP = "shadowing:wrap_up"
MISSED = "shadowing:missed"
READ = "shadowing:read"
REMOVED = "shadowing:removed"

ASK_AT_FORM = "shadowing:ask_at_form"
OTHER_TIME_FORM = "shadowing:other_time_form"
WRAP_UP_FORM = "shadowing:wrap_up_form"

LEARNT = "learnt"
ROADBLOCK = "roadblock"
DUE = "due"
THANK = "thank"

TITLE = "Shadowing"
