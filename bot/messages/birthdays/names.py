"""The names by which Slack knows the parts of a birthday card and of the invitation."""

OPEN = "occasions:sign"


FORM = "occasions:sign_form"


DECLINE = "occasions:decline"
