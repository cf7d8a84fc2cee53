"""What is counted while Steward works, for `/metrics`: in a registry of our own, without ids or text in labels."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()

ACKS = Counter("steward_acks", "Deliveries from Slack, by what became of them", ["kind", "outcome"], registry=REGISTRY)
ACK_SECONDS = Histogram(
    "steward_ack_seconds",
    "From a delivery in our hands to its ack; Slack waits three seconds",
    ["kind"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
)
SENDS = Counter("steward_outbox_sends", "Tries to send, by Slack's answer", ["method", "outcome"], registry=REGISTRY)
RUNS = Counter("steward_timetable_runs", "Appointments, by what became of them", ["job", "outcome"], registry=REGISTRY)
SOCKET_RESTARTS = Counter("steward_socket_restarts", "Fresh sockets asked for", ["reason"], registry=REGISTRY)
HOOKS = Counter(
    "steward_hooks", "Deliveries at hooks, by what became of them", ["sender", "outcome"], registry=REGISTRY
)
HOOKS.labels("unknown", "unknown")
for _reason in ("deaf", "quiet"):
    SOCKET_RESTARTS.labels(_reason)  # zero from the start, so that the first one is seen as an increase
