"""Slack ids of visits' buttons, forms and fields."""

PICK = "visits:pick"
PICK_AT = "visits:pick_at"
DEBRIEF = "visits:debrief"
READ = "visits:read"
NOTED = "visits:noted"

PICK_AT_FORM = "visits:pick_at_form"
DEBRIEF_FORM = "visits:debrief_form"

WORKS = "works"

TITLE = "Sponsor visit"
