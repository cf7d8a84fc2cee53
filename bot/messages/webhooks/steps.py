"""What to enter at each sender, as precisely as it can be told."""

import json

from bot.features.webhooks.models import Sender

NAMES = {
    Sender.GRAFANA: "Grafana",
    Sender.ALERTMANAGER: "Prometheus Alertmanager",
    Sender.PAGERDUTY: "PagerDuty",
    Sender.EVENTS: "A tool that speaks PagerDuty's Events API v2",
    Sender.DATADOG: "Datadog",
    Sender.ZENDESK: "Zendesk",
    Sender.INTERCOM: "Intercom",
    Sender.FRESHDESK: "Freshdesk",
    Sender.GENERIC: "Anything else that posts JSON",
}
DATADOG_BODY = json.dumps(
    {
        "id": "$ID", "cycle": "$ALERT_CYCLE_KEY", "transition": "$ALERT_TRANSITION", "title": "$EVENT_TITLE",
        "query": "$ALERT_QUERY", "scope": "$ALERT_SCOPE", "tags": "$TAGS", "url": "$LINK", "date": "$DATE",
    }
)  # fmt: skip
ZENDESK_BODY = json.dumps({"queue": "{{ticket.group.name}}", "ticket": {"id": "{{ticket.id}}", "event": "created"}})
FRESHDESK_BODY = json.dumps(
    {
        "ticket_id": "{{ticket.id}}",
        "event": "created",
        "ticket_group_name": "{{ticket.group.name}}",
    }
)  # fmt: skip
GENERIC_BODY = json.dumps(
    {
        "alert_uid": "phones-1",
        "title": "Phones are busy",
        "state": "alerting",
        "queue": "phones",
        "value": 42,
        "threshold": 30,
    }
)
ONE_HEADER = "a header `X-Steward-Secret` with the secret"
STEPS = {
    Sender.GRAFANA: (
        "Alerting, *Contact points*, a new one of the kind *Webhook*, with the address as URL.",
        "Under *HMAC signature*: the secret; as timestamp header `X-Grafana-Alerting-Timestamp`. An older Grafana has "
        "no HMAC: give the secret as *Authorization header credentials* instead.",
        "Leave *Disable resolved message* off and *Max alerts* at 0: resolved alerts end the spike.",
        "A label `queue` on the alert rule, like `queue=phones`, names the queue; an annotation `value` the number.",
    ),
    Sender.ALERTMANAGER: (
        "In `webhook_configs` of a receiver: `url` is the address, and `http_config` has `authorization` with the "
        "secret as `credentials`.",
        "Keep `send_resolved: true`, which ends the spike, and `max_alerts: 0`, so that no alert is left out.",
        "A `repeat_interval` of an hour or less, in the route, keeps the number up to date.",
        "A label `queue` names the queue; an annotation `value` the number, like `{{ $value }}`.",
    ),
    Sender.PAGERDUTY: (
        "Integrations, *Generic Webhooks (v3)*, a new one with the address, for the services of your queues.",
        "PagerDuty shows a secret once. Bring it here: `/queue hooks`, *Secret*.",
        "The name of the service is the queue.",
    ),
    Sender.EVENTS: (
        "Give the tool the address in place of `https://events.pagerduty.com`; `/v2/enqueue` may follow it.",
        "The secret is its routing key, also called integration key.",
        "`payload.custom_details` may have `queue`, `value` and `threshold`.",
    ),
    Sender.DATADOG: (
        "Integrations, *Webhooks*, a new one with the address as URL.",
        f"Custom headers: `{{\"X-Steward-Secret\": \"the secret\"}}`. Payload:\n```{DATADOG_BODY}```",
        "Put `@webhook-` and its name into the monitor's message. A tag like `queue:phones` names the queue; group the "
        "monitor by it where one monitor watches several.",
    ),
    Sender.ZENDESK: (
        "Apps and integrations, *Webhooks*, a new one: the address, POST, JSON.",
        "Then *Reveal secret*. Bring it here: `/queue hooks`, *Secret*.",
        "Subscribe it to ticket events, or let a trigger for created tickets notify it with this body, and one for "
        f"solved tickets with `solved` in place of `created`:\n```{ZENDESK_BODY}```",
    ),
    Sender.INTERCOM: (
        "Developer Hub, your app, *Webhooks*: the address, and the topics `conversation.user.created`, "
        "`conversation.admin.closed`, `conversation.admin.opened` and `conversation.admin.snoozed`.",
        "The secret is the app's *client secret*, under *Basic information*. Bring it here: `/queue hooks`, *Secret*.",
    ),
    Sender.FRESHDESK: (
        "Admin, *Automations*: a rule for created tickets and one for those that are resolved or closed, each with the "
        "action *Trigger webhook*: POST, the address, JSON.",
        "*Requires authentication*: any user name, and the secret as password.",
        "Advanced content, with `solved` in place of `created` in the second rule. Words such as `{{ticket.status}}` "
        f"are in your account's language, which I may not know:\n```{FRESHDESK_BODY}```",
    ),
    Sender.GENERIC: (
        f"POST to the address, with `Authorization: Bearer` and the secret, or {ONE_HEADER}.",
        f"`state` is `alerting` or `ok`; the same `alert_uid` ends what it began:\n```{GENERIC_BODY}```",
        "Better signed: `X-Steward-Timestamp` with seconds since 1970, and `X-Steward-Signature` with the hex "
        "HMAC-SHA256, by the secret, of that, a colon and the body.",
    ),
}  # fmt: skip


def steps(sender: Sender) -> str:
    return "\n".join(f"{nth}. {step}" for nth, step in enumerate(STEPS[sender], 1))
