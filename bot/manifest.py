"""The app's manifest, `app.yaml`: what Steward asks Slack for."""

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent.parent / "app.yaml"


def load_manifest(file: Path = FILE) -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load(file.read_text())
    return manifest
