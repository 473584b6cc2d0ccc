"""The locks are installed as they are, whatever was released since."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_lock_is_installed_without_looking_past_it() -> None:
    """Older pips resolve an extra ("coverage[toml]") anew, find a newer release and refuse it for want of a hash."""
    told = (ROOT / "Makefile").read_text("utf-8") + (ROOT / "docs/operations.md").read_text("utf-8")
    installs = re.findall(r"pip install [^\n#]*-r \S+", told)
    assert len(installs) >= 3
    for line in installs:
        assert "--require-hashes" in line, line
        assert "--no-deps" in line, line
