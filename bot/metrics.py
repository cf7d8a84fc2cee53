"""Prometheus counters and histograms for `/metrics`, in their own registry. Labels contain no ids and no text."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()

ACKS = Counter("steward_acks", "Deliveries from Slack, by outcome", ["kind", "outcome"], registry=REGISTRY)
ACK_SECONDS = Histogram(
    "steward_ack_seconds",
    "Seconds from receiving a delivery to its ack; Slack waits three",
    ["kind"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
)
SENDS = Counter("steward_outbox_sends", "Send attempts, by outcome", ["method", "outcome"], registry=REGISTRY)
RUNS = Counter("steward_scheduler_runs", "Scheduled jobs, by outcome", ["job", "outcome"], registry=REGISTRY)
SOCKET_RESTARTS = Counter("steward_socket_restarts", "Socket renewals, by reason", ["reason"], registry=REGISTRY)
HOOKS = Counter("steward_hooks", "Webhook deliveries, by outcome", ["sender", "outcome"], registry=REGISTRY)
HOOKS.labels("unknown", "unknown")
for _reason in ("deaf", "quiet"):
    SOCKET_RESTARTS.labels(_reason)  # initialize to zero, so that the first one counts as an increase
