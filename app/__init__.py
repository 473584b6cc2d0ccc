"""Seragam: the portal's factory, the only file that knows all rooms."""

from datetime import timedelta
from types import ModuleType

from flask import Flask
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import commands
from app.access import guard, navigation
from app.acknowledgements import views as acknowledgements_views
from app.audit import commands as audit_commands
from app.audit import services as audit_services
from app.audit import views as audit_views
from app.briefings import views as briefings_views
from app.compliance import assignment_views, desk_views
from app.compliance import commands as compliance_commands
from app.compliance import views as compliance_views
from app.db import Database
from app.demo import commands as demo_commands
from app.enquiries import views as enquiries_views
from app.handbooks import commands as handbooks_commands
from app.handbooks import compare_views as handbooks_compare_views
from app.handbooks import search_views as handbooks_search_views
from app.handbooks import views as handbooks_views
from app.people import accommodation_views as people_accommodation_views
from app.people import commands as people_commands
from app.people import login as people_login
from app.people import passwords
from app.people import roster_views as people_roster_views
from app.people import views as people_views
from app.practice import views as practice_views
from app.publishing import import_views as publishing_import_views
from app.publishing import review_views as publishing_review_views
from app.publishing import rule_views as publishing_rule_views
from app.publishing import views as publishing_views
from app.quality import views as quality_views
from app.quizzes import commands as quizzes_commands
from app.quizzes import correction_views as quizzes_correction_views
from app.quizzes import edit_views as quizzes_edit_views
from app.quizzes import exchange_commands as quizzes_exchange_commands
from app.quizzes import question_views as quizzes_question_views
from app.quizzes import saving_views as quizzes_saving_views
from app.quizzes import views as quizzes_views
from app.rollouts import views as rollouts_views
from app.uniformity import api as uniformity_api
from app.uniformity import commands as uniformity_commands
from app.uniformity import sheet_views as uniformity_sheet_views
from app.uniformity import target_views as uniformity_target_views
from app.uniformity import views as uniformity_views
from app.web import assets, database, error_pages, headers, i18n, incoming, paths
from app.web import views as web_views
from app.web.plain_cli import speak_plainly
from config import Config

# files that add pages to the blueprint of their room's views.py, or commands to its group
FURTHER_PAGES: tuple[ModuleType, ...] = (
    quizzes_exchange_commands,
    people_roster_views,
    people_accommodation_views,
    handbooks_search_views,
    handbooks_compare_views,
    desk_views,
    assignment_views,
    quizzes_saving_views,
    quizzes_question_views,
    quizzes_correction_views,
    quizzes_edit_views,
    publishing_rule_views,
    publishing_review_views,
    publishing_import_views,
    uniformity_sheet_views,
    uniformity_target_views,
)
ROOMS: tuple[ModuleType, ...] = (
    web_views,
    audit_views,
    people_views,
    handbooks_views,
    acknowledgements_views,
    enquiries_views,
    quizzes_views,
    practice_views,
    quality_views,
    briefings_views,
    uniformity_views,
    uniformity_api,
    rollouts_views,
    compliance_views,
    publishing_views,
)
COMMANDS: tuple[ModuleType, ...] = (
    commands,
    audit_commands,
    people_commands,
    handbooks_commands,
    quizzes_commands,
    uniformity_commands,
    compliance_commands,
    demo_commands,
)


def create_app(config: Config, found: Database | None = None) -> Flask:
    """Make the application.

    Raises SystemExit with one sentence when the configuration contradicts itself.
    """
    if faults := config.faults():
        raise SystemExit(f"Seragam does not start: {faults[0]}")
    if config.cheap_passwords:
        passwords.use_cheap_profile()
    app = Flask("app")
    configure(app, config)
    furnish(app, found or Database(config.database_url, pool_size=config.threads * 2 + 4))
    guard.init_app(app)
    navigation.init_app(app)
    people_login.init_login(login_manager(app))
    for room in ROOMS:
        app.register_blueprint(room.bp)
    for room in COMMANDS:
        room.register(app)
    speak_plainly(app.cli)
    return app


def configure(app: Flask, config: Config) -> None:
    """Turn the settings into Flask's own."""
    app.extensions["config"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="seragam",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https://"),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=config.session_idle_minutes),
        MAX_CONTENT_LENGTH=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=config.environment == "test",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["environment"] = config.environment
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def furnish(app: Flask, found: Database) -> None:
    """Add the furniture that all doors share."""
    config: Config = app.extensions["config"]
    headers.init_app(app, secure=config.public_url.startswith("https://"))
    database.init_app(app, found)
    i18n.init_app(app)
    paths.init_app(app)
    assets.init_app(app)
    error_pages.init_app(app)
    incoming.init_app(app)
    CSRFProtect(app)
    audit_services.scribe.key = config.audit_key
    audit_services.scribe.request_id = headers.request_id  # type: ignore[method-assign]


def login_manager(app: Flask) -> LoginManager:
    """Make Flask-Login; its own session protection is off, session versions are ours."""
    # its context processor would look for the person anew on an error page, with the database away
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None
    return manager
