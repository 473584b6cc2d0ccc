"""Typesetting a PDF in a short-lived process, because the typesetter's memory would stay with the web process."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FONTS = Path(__file__).parent / "pdf_fonts"
PATIENCE = 60  # seconds
# PDF/UA-1 refuses a sign that the fonts lack, such as a Chinese one in a name, and an empty heading: a plain PDF then
RUN = """
import sys, typst
data = sys.stdin.buffer.read().decode()
def pdf(standards):
    return typst.compile(sys.argv[1], font_paths=[sys.argv[2]], sys_inputs={"data": data},
        ignore_system_fonts=True, pdf_standards=standards)
try:
    made = pdf(["ua-1"])
except typst.TypstError as error:
    if "could not be displayed" not in str(error) and "PDF/UA-1" not in str(error):
        raise
    made = pdf([])
sys.stdout.buffer.write(made)
"""


def typeset(template: Path, facts: Mapping[str, object]) -> bytes:
    """Return a template filled with facts as PDF/UA-1, plain where that cannot be.

    The facts go in as JSON text and are never part of the template's source. Raises RuntimeError when the typesetter fails.
    """
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and template
            [sys.executable, "-c", RUN, str(template), str(FONTS)],
            input=json.dumps(facts).encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{template.name} was not typeset within {PATIENCE} s") from None
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace")[-500:]
        raise RuntimeError(f"{template.name} could not be typeset: {reason}")
    return done.stdout
