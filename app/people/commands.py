"""Commands on people: the first administrator, a new password, sign out everywhere."""

import getpass
import sys

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.access.policy import Role
from app.clock import local_date, now
from app.errors import DomainError
from app.people import queries, services, sign_in
from app.people.logic import identifier_of
from app.people.offices import office_by_code
from app.people.services import OfficerFacts
from app.web.database import database

people_cli = AppGroup("people", help="People: the first administrator, passwords.")


def ask_password() -> str:
    """Ask for a password twice on a terminal, or read one line from standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("New password: ")
    if first != getpass.getpass("New password again: "):
        raise click.ClickException("The two passwords differ.")
    return first


@people_cli.command("create-administrator")
@click.argument("staff_number")
@click.argument("name")
@click.argument("email")
@click.option(
    "--office-code", default="IP", show_default=True, help="Office at the top of the tree."
)
@click.option(
    "--office-name", default="Ibu Pejabat", show_default=True, help="Its name, if it is new."
)
@with_appcontext
def create_administrator(
    staff_number: str, name: str, email: str, office_code: str, office_name: str
) -> None:
    """Add an administrator of the whole tree; the password is asked, or read from standard input."""
    password, at = ask_password(), now()
    try:
        with database().transaction() as session:
            top = office_by_code(session, code=office_code)
            office_id = (
                top.id
                if top
                else services.create_office(
                    session,
                    None,
                    code=office_code,
                    name=office_name,
                    kind="hq",
                    parent_id=None,
                    at=at,
                )
            )
            facts = OfficerFacts(staff_number, name, email, "", "", "ms", local_date(at))
            officer_id = services.create_officer(session, None, facts, office_id=office_id, at=at)
            services.grant_role(
                session,
                None,
                officer_id=officer_id,
                role=Role.ADMINISTRATOR,
                office_id=office_id,
                at=at,
            )
            sign_in.set_first_password(session, officer_id=officer_id, password=password)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Administrator {identifier_of(staff_number)} can sign in now.")


@people_cli.command("set-password")
@click.argument("identifier")
@with_appcontext
def set_password(identifier: str) -> None:
    """Set the password of a staff number or e-mail and sign the person out everywhere."""
    with database().reading() as session:
        found = queries.candidate_of(session, identifier=identifier_of(identifier)).officer_id
    if found is None:
        raise click.ClickException(f"Nobody active has the staff number or e-mail {identifier}.")
    password = ask_password()
    try:
        with database().transaction() as session:
            sign_in.set_first_password(session, officer_id=found, password=password)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo("The password is set.")


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(people_cli)
