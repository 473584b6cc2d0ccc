"""Server processes for the load benches: the portal and both references, on waitress, pinned to one core.

`python -m bench.serving KIND PORT URL` serves one of bare, reference, portal; the benches start it as a process.
"""

import logging
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from waitress import serve

from app.db import Database
from bench.answer_save import portal
from bench.references import bare, session_and_form
from config import ROOT

THREADS = 4
SERVER_CORE = 0


def main() -> None:
    """Serve what the command line names until stopped."""
    kind, port, url = sys.argv[1:4]
    os.sched_setaffinity(0, {SERVER_CORE})
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if kind == "bare":
        app = bare()
    elif kind == "reference":
        app = session_and_form()
        app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    else:
        app = portal(Database(url, pool_size=THREADS * 2 + 4))
    serve(app, host="127.0.0.1", port=int(port), threads=THREADS, _quiet=True)


@contextmanager
def server(kind: str, port: int, url: str = "-") -> Iterator[None]:
    """Run a server process until the block ends; it has answered once when the block begins."""
    process = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-W", "ignore", "-m", "bench.serving", kind, str(port), url], cwd=ROOT
    )
    try:
        wait(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait(port: int) -> None:
    """Wait until a port answers anything. Raises TimeoutError after thirty seconds."""
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)  # loopback
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing answers on port {port}")


if __name__ == "__main__":
    main()
