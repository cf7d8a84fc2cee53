"""What people are shown stays the same, to the letter, while the code behind it is rebuilt.

`RECORD=1 python -m pytest --every-pair tests/conversations` writes the transcripts anew, for a reviewer to read.
"""

import os
from pathlib import Path

import pytest

from tests.conversations import script

FOLDER = Path(__file__).parent
SCRIPTS = sorted((FOLDER / "scripts").glob("*.txt"))


@pytest.mark.long
@pytest.mark.parametrize("name", [each.stem for each in SCRIPTS])
async def test_a_conversation_goes_as_it_went(name: str, tmp_path: Path) -> None:
    transcript = FOLDER / "transcripts" / f"{name}.txt"
    said = await script.played((FOLDER / "scripts" / f"{name}.txt").read_text(), tmp_path)
    if "RECORD" in os.environ:
        transcript.parent.mkdir(exist_ok=True)
        transcript.write_text(said)

    assert said == transcript.read_text()
