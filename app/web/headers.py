"""Around every request: an id, security headers, one structured line in the log."""

import json
import logging
import sys
import time
import uuid
from datetime import UTC, datetime

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
    g.request_id = uuid.uuid4().hex[:16]
    g.began = time.perf_counter()


def shown_path() -> str:
    """Return the path of the request as the log may keep it: the token of a mailed link opens an account."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(str(token), "[token]") if token else request.path


def _finish(response: Response) -> Response:
    response.headers.extend(HEADERS)
    response.headers["X-Request-ID"] = request_id()
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
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


def init_app(app: Flask, *, secure: bool) -> None:
    """Give every request its id, headers and log line."""
    app.before_request(_begin)
    app.after_request(_finish)
    if secure:

        @app.after_request
        def _strict_transport(response: Response) -> Response:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
            return response
