"""Slack ids of the hooks' buttons, forms and fields."""

MAKE = "hooks:make"
TRY = "hooks:try"
ROTATE = "hooks:rotate"
REMOVE = "hooks:remove"

FORM = "hooks:form"
ROTATE_FORM = "hooks:rotate_form"

SENDER = "sender"
QUEUE = "queue"
SECRET = "secret"  # noqa: S105

TITLE = "Alerts from tools"
