"""Slack ids of the rules' buttons and forms."""

from bot.features.alert_rules.rules import CHANNEL, PATTERN, SENDER, WAY

NEW = "rules:new"
REMOVE = "rules:remove"
LOOK = "rules:look"
PICKED = {field: f"rules:{field}" for field in (CHANNEL, SENDER, WAY, PATTERN)}
"""Fields that ask for another look as soon as they change."""

FORM = "rules:form"
REMOVE_FORM = "rules:remove_form"

TITLE = "Alerts in messages"
