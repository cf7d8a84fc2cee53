"""Load the app manifest, `app.yaml`: the commands, scopes and events of the Slack app."""

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent.parent / "app.yaml"


def load_manifest(file: Path = FILE) -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load(file.read_text())
    return manifest
