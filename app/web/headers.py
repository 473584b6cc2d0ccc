"""Around every request: an id, security headers, one structured line in the log."""

import json
import logging
import secrets
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
log = logging.getLogger("seragam.request")


def request_id() -> str:
    """Return the id of the request at hand, or nothing outside a request."""
    return str(g.get("request_id", "")) if g else ""


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, text, request id, and what the record carries in `facts`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
            "request_id": request_id(),
        }
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def start_logging(level: str) -> None:
    """Send all logs to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("waitress").setLevel(logging.WARNING)
    # a request that waits for a free thread is everyday life, not news
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.began = time.perf_counter()


def shown_path() -> str:
    """Return the path of the request as the log may keep it: the token of a mailed link opens an account."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(str(token), "[token]") if token else request.path


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if "Cache-Control" not in response.headers and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if log.isEnabledFor(logging.INFO):
        took = (time.perf_counter() - g.began) * 1000 if "began" in g else 0.0
        path = shown_path()
        facts = {
            "method": request.method,
            "path": path,
            "status": response.status_code,
            "ms": round(took, 1),
        }
        log.info("%s %s %s", request.method, path, response.status_code, extra={"facts": facts})
    return response


class FixedHeaders:
    """WSGI middleware: the same security headers on every answer, put there once and not checked again each time."""

    def __init__(self, app: Any, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = list(headers.items())

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on; add the headers to its answer."""

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.extend(self.headers)
            return start_response(status, headers, exc_info)

        answer: Iterable[bytes] = self.app(environ, start)
        return answer


def init_app(app: Flask, *, secure: bool) -> None:
    """Give every request its id, headers and log line."""
    app.before_request(_begin)
    app.after_request(_finish)
    lasting = {"Strict-Transport-Security": "max-age=31536000"} if secure else {}
    app.wsgi_app = FixedHeaders(app.wsgi_app, {**HEADERS, **lasting})  # type: ignore[method-assign]
