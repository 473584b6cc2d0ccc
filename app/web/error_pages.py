"""Errors as pages in the reader's language; a JSON sentence where a script asked. No stack trace reaches a person."""

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, InternalServerError

from app.errors import N_, DomainError, NotFoundError, RefusedError
from app.web.database import close_reading
from app.web.headers import request_id
from app.web.i18n import sentence

log = logging.getLogger(__name__)
WORDS: dict[int, tuple[str, str]] = {
    400: (
        N_("Permintaan ini tidak dapat difahami"),
        N_("Kembali ke halaman sebelumnya, muatkan semula dan cuba sekali lagi."),
    ),
    401: (N_("Sila log masuk"), N_("Sesi anda telah tamat. Log masuk untuk menyambung.")),
    403: (
        N_("Halaman ini bukan untuk peranan anda"),
        N_("Jika anda memerlukannya untuk tugas, hubungi pentadbir pejabat anda."),
    ),
    404: (
        N_("Halaman tidak ditemui"),
        N_("Semak alamat, atau mulakan semula dari halaman utama."),
    ),
    405: (
        N_("Halaman ini tidak boleh dibuka dengan cara itu"),
        N_("Kembali ke halaman sebelumnya dan gunakan butang yang disediakan."),
    ),
    409: (
        N_("Perkara ini tidak dapat dibuat"),
        N_("Muatkan semula halaman untuk melihat keadaan semasa."),
    ),
    413: (
        N_("Terlalu besar untuk dihantar"),
        N_("Pendekkan teks atau pilih fail yang lebih kecil."),
    ),
    429: (N_("Terlalu banyak percubaan"), N_("Tunggu sebentar, kemudian cuba lagi.")),
    500: (
        N_("Maaf, ada masalah di pihak kami"),
        N_(
            "Cuba lagi sebentar lagi. Jika berulang, beritahu pentadbir dan sertakan nombor rujukan."
        ),
    ),
    503: (
        N_("Portal tidak dapat mencapai simpanan datanya"),
        N_(
            "Jawapan yang telah disimpan selamat. Apa yang baru anda isi belum disimpan:"
            " kembali ke borang dan hantar semula sebentar lagi."
        ),
    ),
}
CSRF_WORDS = (
    N_("Borang ini telah luput"),
    N_(
        "Kembali ke halaman sebelumnya, muatkan semula dan hantar sekali lagi. Apa yang telah disimpan tidak hilang."
    ),
)


def wants_json() -> bool:
    """Say whether a script asked rather than a person."""
    asked = request.environ.get("HTTP_ACCEPT", "")  # compared first: parsing costs the hot path
    return asked == "application/json" or request.accept_mimetypes.best == "application/json"


def error_page(status: int, message: str | None = None) -> Response:
    """Answer with the page of this status, `message` (translated) in place of the usual advice."""
    title, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    return _page(status, gettext(title), message or gettext(advice))


def _page(status: int, title: str, what_to_do: str) -> Response:
    if wants_json():
        response = make_response(
            {"error": title, "what_to_do": what_to_do, "request_id": request_id()}
        )
    else:
        response = make_response(
            render_template(
                "errors/page.html",
                status=status,
                title=title,
                message=what_to_do,
                request_id=request_id(),
            )
        )
    response.status_code = status
    return response


def _on_http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()  # type: ignore[return-value]
    response = error_page(status)
    if status == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "")
    return response


def _on_csrf(_error: CSRFError) -> Response:
    return _page(400, gettext(CSRF_WORDS[0]), gettext(CSRF_WORDS[1]))


def _on_domain(error: DomainError) -> Response:
    if isinstance(error, NotFoundError):
        return error_page(404)
    status = 403 if isinstance(error, RefusedError) else 409
    return error_page(status, sentence(error))


def database_fault(error: BaseException) -> bool:
    """Say whether the error means that the database is locked, full, read-only or away."""
    from_driver = isinstance(error, DBAPIError) and type(error).__name__ in {
        "OperationalError",
        "InterfaceError",
        "InternalError",
        "DatabaseError",  # a file that is no database, or a broken one
    }
    return from_driver or isinstance(error, PoolTimeoutError)


def _on_database(error: SQLAlchemyError) -> Response:
    close_reading()
    log.error("database error", exc_info=error)
    if isinstance(error, DataError):  # a number or a text that the database cannot hold
        return error_page(400)
    return error_page(503 if database_fault(error) else 500)


def _on_overflow(error: OverflowError) -> Response:
    # SQLite's driver says so about a number that PostgreSQL's calls out of range: it came with the request
    log.error("number out of range", exc_info=error)
    return error_page(400)


def _on_anything(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return error_page(InternalServerError.code)


def init_app(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DomainError, _on_domain)
    app.register_error_handler(SQLAlchemyError, _on_database)
    app.register_error_handler(OverflowError, _on_overflow)
    app.register_error_handler(Exception, _on_anything)
