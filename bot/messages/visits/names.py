"""Slack ids of visits' buttons, forms and fields."""

PICK = "visits:pick"
PICK_AT = "visits:pick_at"
YES = "visits:yes"
OTHER_TIME = "visits:other_time"
NO = "visits:no"
CANCEL = "visits:cancel"
DEBRIEF = "visits:debrief"
MISSED = "visits:missed"
READ = "visits:read"
KEPT = "visits:kept"
NOTED = "visits:noted"

PICK_AT_FORM = "visits:pick_at_form"
OTHER_TIME_FORM = "visits:other_time_form"
DEBRIEF_FORM = "visits:debrief_form"

WORKS = "works"

TITLE = "Visits"
