"""Static files under addresses that carry a hash of their content, so that they may be kept for ever."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for


@lru_cache(maxsize=256)
def fingerprint(path: Path, _changed: int) -> str:
    """Return the first characters of a file's SHA-256; `_changed` (its mtime) renews it in development."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Give templates `asset(path)`; raises FileNotFoundError for a file that is not there."""
    root = Path(app.static_folder or "")

    def asset(path: str) -> str:
        file = root / path
        return url_for("static", filename=path, v=fingerprint(file, file.stat().st_mtime_ns))

    @app.after_request
    def _keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    app.jinja_env.globals["asset"] = asset
