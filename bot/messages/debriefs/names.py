"""Slack ids of the debrief's buttons, forms and fields."""

TELL = "debriefs:tell"
NOTHING = "debriefs:nothing"
READ = "debriefs:read"
ANSWER = "debriefs:answer"

FORM = "debriefs:form"
ANSWER_FORM = "debriefs:answer_form"

THANK = "thank"
FOR = "{}_for"
"""The field with the destination of an answer, by the answer's own."""

TITLE = "What did you see?"
