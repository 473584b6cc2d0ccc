"""Commands of the whole portal: the database, the server, jobs, and `up`, which prepares everything and serves."""

import signal
import sys
from datetime import timedelta
from types import FrameType

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from waitress.server import create_server

from app.audit.services import open_lanes
from app.clock import now
from app.compliance.services import refresh_all_tallies
from app.db import Database
from app.demo.commands import load_demo, people_to_show
from app.demo.queries import demo_people_exist
from app.handbooks.commands import load_handbooks
from app.handbooks.printing import Press
from app.jobs import Job, Worker, run_due
from app.mail import MailServer, deliver_waiting
from app.practice.services import Absorbing
from app.publishing.services import bring_into_force
from app.quality.services import refresh_statistics
from app.quizzes.commands import load_quizzes
from app.quizzes.letters import Regrading
from app.quizzes.services import submit_expired_attempts
from app.uniformity.services import nightly
from app.web.database import database
from app.web.headers import start_logging
from config import ROOT, Config

database_cli = AppGroup("database", help="The database: migrate it, show where it stands.")
jobs_cli = AppGroup("jobs", help="Background jobs: mails, attempts past their time, tallies.")


def settings() -> Config:
    """Return the settings of this application."""
    found: Config = current_app.extensions["config"]
    return found


def alembic_config(url: str) -> AlembicConfig:
    """Return the migration settings for one database."""
    found = AlembicConfig()
    found.set_main_option("script_location", str(ROOT / "migrations"))
    found.attributes["url"] = url
    return found


def upgrade_database(found: Database) -> None:
    """Bring a database to the newest migration, making the SQLite file's folder where needed."""
    found.create_file()
    command.upgrade(alembic_config(found.url.render_as_string(hide_password=False)), "head")
    with found.transaction() as session:
        open_lanes(session)


def this_app() -> Flask:
    """Return the application behind Flask's proxy, for threads that outlive this command's context."""
    return current_app._get_current_object()  # type: ignore[attr-defined]


def periodic_jobs(app: Flask) -> list[Job]:
    """List the background jobs of the portal."""
    config: Config = app.extensions["config"]
    server = MailServer(
        host=config.mail_server,
        port=config.mail_port,
        username=config.mail_username,
        password=config.mail_password,
        tls=config.mail_tls,
        sender=config.mail_from,
    )
    return [
        Job("mail", timedelta(seconds=2), lambda db, at: deliver_waiting(db, server, at)),
        Job("attempts", timedelta(seconds=15), submit_expired_attempts),
        Job("versions", timedelta(seconds=20), bring_into_force),
        Job("regrades", timedelta(seconds=20), Regrading(app)),
        Job("practice", timedelta(seconds=20), Absorbing(config.practice_algorithm)),
        Job("quality", timedelta(hours=6), refresh_statistics),
        Job("uniformity", timedelta(minutes=10), nightly),
        Job("tallies", timedelta(seconds=60), refresh_all_tallies),
        Job("typeset", timedelta(seconds=60), Press()),
    ]


@database_cli.command("upgrade")
@with_appcontext
def database_upgrade() -> None:
    """Bring the database to the newest migration."""
    upgrade_database(database())
    click.echo("The database is up to date.")


@jobs_cli.command("work")
@with_appcontext
def jobs_work() -> None:
    """Run background jobs until stopped."""
    worker = Worker(database(), periodic_jobs(this_app()))
    signal.signal(signal.SIGTERM, lambda _number, _frame: worker.stop())
    try:
        worker.loop()
    except KeyboardInterrupt:
        worker.stop()


@jobs_cli.command("run")
@with_appcontext
def jobs_run() -> None:
    """Run the jobs that are due, once."""
    done = run_due(database(), periodic_jobs(this_app()), now())
    click.echo(f"Jobs run: {', '.join(done) or 'none was due'}.")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the portal until stopped."""
    config = settings()
    refuse_demo_in_production(config, database())
    start_logging(config.log_level)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    worker = Worker(database(), periodic_jobs(this_app()))
    server = create_server(
        app,
        host=config.host,
        port=config.port,
        threads=config.threads,
        ident="seragam",
        channel_timeout=60,
    )
    if config.jobs_embedded:
        worker.start()

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    click.echo(f"Seragam answers at http://{config.host}:{config.port}")
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        worker.stop()
        server.close()
    click.echo("Seragam has stopped.")


def refuse_demo_in_production(config: Config, found: Database) -> None:
    """Refuse to start a production portal whose database holds demonstration people."""
    if not config.production:
        return
    with found.reading() as session:
        if demo_people_exist(session):
            raise click.ClickException(
                "This database holds demonstration people; a production portal needs a database without them."
            )


@click.command("up")
@click.option(
    "--officers", default=1200, show_default=True, help="Size of the demonstration department."
)
@click.pass_context
@with_appcontext
def up(context: click.Context, officers: int) -> None:
    """Prepare everything (database, handbooks, quizzes, demonstration people) and serve."""
    config = settings()
    upgrade_database(database())
    load_handbooks(config.content_dir)
    load_quizzes(config.quizzes_dir)
    if not config.production:
        load_demo(officers=officers, only_if_empty=True)
        click.echo(people_to_show())
    sys.stdout.flush()
    context.invoke(serve)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(database_cli)
    app.cli.add_command(jobs_cli)
    app.cli.add_command(serve)
    app.cli.add_command(up)
