"""What leaders do in a tool: the setup steps of each sender, and where its new secret goes."""

import json

from bot.features.webhooks import Sender

DATADOG_BODY = json.dumps(
    {
        "id": "$ID", "cycle": "$ALERT_CYCLE_KEY", "transition": "$ALERT_TRANSITION", "title": "$EVENT_TITLE",
        "query": "$ALERT_QUERY", "scope": "$ALERT_SCOPE", "tags": "$TAGS", "url": "$LINK", "date": "$DATE",
    }
)  # fmt: skip
ZENDESK_BODY = json.dumps({"queue": "{{ticket.group.name}}", "ticket": {"id": "{{ticket.id}}", "event": "created"}})
FRESHDESK_BODY = json.dumps(
    {"ticket_id": "{{ticket.id}}", "event": "created", "ticket_group_name": "{{ticket.group.name}}"}
)
GENERIC_BODY = json.dumps(
    {
        "alert_uid": "phones-1", "title": "Phones are busy", "state": "alerting", "queue": "phones", "value": 42,
        "threshold": 30,
    }
)  # fmt: skip
ONE_HEADER = "in an `X-Steward-Secret` header"
STEPS = {
    Sender.GRAFANA: (
        "Under Alerting, *Contact points*, add one of type *Webhook* with the address as the URL.",
        "Under *HMAC signature*, enter the secret, and `X-Grafana-Alerting-Timestamp` as the timestamp header. If your "
        "Grafana has no HMAC option, enter the secret under *Authorization header credentials* instead.",
        "Leave *Disable resolved message* off and *Max alerts* at 0. Resolved alerts end the spike.",
        "On the alert rule, name the queue with a label like `queue=phones`, and put the number in an annotation "
            "called `value`.",
    ),
    Sender.ALERTMANAGER: (
        "In a receiver's `webhook_configs`, set `url` to the address, and under `http_config` set `authorization` with "
        "the secret as `credentials`.",
        "Keep `send_resolved: true`, which ends the spike, and `max_alerts: 0`, so that no alert is left out.",
        "In the route, set `repeat_interval` to an hour or less to keep the number up to date.",
        "Name the queue with a `queue` label, and put the number in an annotation called `value`, like `{{ $value }}`.",
    ),
    Sender.PAGERDUTY: (
        "Under Integrations, *Generic Webhooks (v3)*, add one with the address, for each service that covers a queue.",
        "PagerDuty shows a secret once. Paste it here: `/queue hooks`, *Secret*.",
        "The service name is the queue.",
    ),
    Sender.EVENTS: (
        "In the tool, replace `https://events.pagerduty.com` with the address. You can keep `/v2/enqueue` at the end.",
        "Enter the secret as the routing key (also called integration key).",
        "Optional: `queue`, `value` and `threshold` in `payload.custom_details`.",
    ),
    Sender.DATADOG: (
        "Under Integrations, *Webhooks*, add one with the address as the URL.",
        f"Set custom headers to `{{\"X-Steward-Secret\": \"the secret\"}}` and the payload to:\n```{DATADOG_BODY}```",
        "Add `@webhook-` and its name to the monitor's message. Name the queue with a tag like `queue:phones`. If one "
        "monitor watches several queues, group it by that tag.",
    ),
    Sender.ZENDESK: (
        "Under Apps and integrations, *Webhooks*, create a webhook with this address, method POST and format JSON.",
        "Press *Reveal secret* and paste it here: `/queue hooks`, *Secret*.",
        "Subscribe it to ticket events. Or add a trigger for created tickets with this body, and one for solved "
        f"tickets with `solved` instead of `created`:\n```{ZENDESK_BODY}```",
    ),
    Sender.INTERCOM: (
        "Under Developer Hub, your app, *Webhooks*, enter the address and the topics `conversation.user.created`, "
        "`conversation.admin.closed`, `conversation.admin.opened` and `conversation.admin.snoozed`.",
        "Copy the app's *client secret* from *Basic information* and paste it here: `/queue hooks`, *Secret*.",
    ),
    Sender.FRESHDESK: (
        "Under Admin, *Automations*, add a rule for created tickets and one for resolved or closed tickets, each with "
        "the action *Trigger webhook*: POST, the address, JSON.",
        "Under *Requires authentication*, enter any username, and the secret as the password.",
        "Use this advanced content, with `solved` instead of `created` in the second rule. Don't use placeholders such "
        f"as `{{{{ticket.status}}}}`, whose values are in your account's language:\n```{FRESHDESK_BODY}```",
    ),
    Sender.GENERIC: (
        f"POST to the address with the secret after `Authorization: Bearer`, or {ONE_HEADER}.",
        f"Set `state` to `alerting` or `ok`, with the same `alert_uid` for both:\n```{GENERIC_BODY}```",
        "Safer: sign the request. Send `X-Steward-Timestamp` (seconds since 1970) and `X-Steward-Signature`, the hex "
        "HMAC-SHA256 of the timestamp, a colon and the body, keyed with the secret.",
    ),
}  # fmt: skip

SECRET_CHANGES = {
    Sender.GRAFANA: "In the contact point, replace the secret under *HMAC signature* or *Authorization header "
    "credentials*.",
    Sender.ALERTMANAGER: "In the receiver's `http_config`, replace the `credentials` under `authorization`.",
    Sender.EVENTS: "In the tool, replace the routing key (also called integration key).",
    Sender.DATADOG: "In the webhook's custom headers, replace the value of `X-Steward-Secret`.",
    Sender.FRESHDESK: "In both rules, replace the password under *Requires authentication*.",
    Sender.GENERIC: "In the tool, replace the secret that it sends or signs with.",
}
"""Where to enter a new secret, for senders whose secret the bot creates."""


def setup_steps(sender: Sender) -> str:
    return "\n".join(f"{nth}. {step}" for nth, step in enumerate(STEPS[sender], 1))
