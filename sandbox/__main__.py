"""`python -m sandbox`: run a local Slack workspace for testing any Slack app."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import yaml

from sandbox.controls.clock import instant
from sandbox.sandbox import Sandbox
from sandbox.slack_types import SlackError

APP_WITHIN = 10.0
"""The default is longer than `Sandbox`'s, since an app in its own process may still be starting."""


def main() -> None:
    options = _options()
    manifest = yaml.safe_load(options.manifest.read_text(encoding="utf-8")) if options.manifest else None
    try:
        asyncio.run(
            _serve(
                Sandbox(
                    options.data,
                    options.port,
                    options.at,
                    manifest,
                    options.request_url,
                    options.chaos,
                    app_within=options.app_within,
                ),
                tells_client=options.oauth,
            )
        )
    except OSError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8065, help="port to listen on; 0 picks a free one")
    parser.add_argument("--data", type=Path, default=Path("data/sandbox"), help="folder for the workspace's data")
    parser.add_argument("--manifest", type=Path, help="the app's manifest (YAML or JSON)")
    parser.add_argument(
        "--request-url",
        action="append",
        default=[],
        metavar="URL",
        help="use HTTP mode and send signed requests to this URL; repeat it for several replicas",
    )
    parser.add_argument(
        "--at", type=_instant, help="start the clock at this time, such as 2026-11-27T15:00:00Z, or now"
    )
    parser.add_argument(
        "--app-within",
        type=float,
        default=APP_WITHIN,
        metavar="SECONDS",
        help="how long a move of the clock waits for the app to connect; 0 moves at once",
    )
    parser.add_argument(
        "--oauth", action="store_true", help="print SLACK_CLIENT_ID and SLACK_CLIENT_SECRET too, to install with OAuth"
    )
    parser.add_argument("--chaos", type=int, metavar="SEED", help="inject random faults, the same for the same seed")
    return parser.parse_args()


def _instant(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        return instant(text)
    except SlackError:
        raise argparse.ArgumentTypeError(f"{text!r}: expected now, or a time like 2026-11-27T15:00:00Z") from None


async def _serve(sandbox: Sandbox, *, tells_client: bool) -> None:
    await sandbox.start()
    print(f"SLACK_API_URL={sandbox.api_url}")
    print(f"SLACK_BOT_TOKEN={sandbox.bot_token}")
    print(f"SLACK_APP_TOKEN={sandbox.app_token}")
    print(f"SLACK_SIGNING_SECRET={sandbox.signing_secret}", flush=True)
    if tells_client:
        # Not by default: with these in its environment, Bolt ignores its bot token.
        print(f"SLACK_CLIENT_ID={sandbox.client_id}\nSLACK_CLIENT_SECRET={sandbox.client_secret}", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.stop()


if __name__ == "__main__":
    main()
