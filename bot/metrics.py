"""Prometheus counters and histograms for `/metrics`, in their own registry. Labels contain no ids and no text."""

import asyncio

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
LAG_SECONDS = 0.5
"""How often the event loop's lag is measured."""

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
BUILD = Gauge("steward_build_info", "1, with what runs here", ["version", "revision", "database"], registry=REGISTRY)
LOOP_LAG = Histogram(
    "steward_loop_lag_seconds",
    "How much later than asked the event loop woke a timer",
    registry=REGISTRY,
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
HOOKS = Counter("steward_hooks", "Webhook deliveries, by outcome", ["sender", "outcome"], registry=REGISTRY)
HOOKS.labels("unknown", "unknown")
for _reason in ("deaf", "quiet"):
    SOCKET_RESTARTS.labels(_reason)  # initialize to zero, so that the first one counts as an increase


async def measure_loop_lag() -> None:
    """Measure for ever how late the event loop is, which delays every ack and message."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        LOOP_LAG.observe(max(0.0, loop.time() - due))
