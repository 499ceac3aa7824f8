"""The first vendor administrator comes from the command line."""

from __future__ import annotations

import uuid

from click.testing import CliRunner

from tenant_app.cli import main


def create(db, *, email, password):
    arguments = [
        "vendor",
        "create-admin",
        "--email",
        email,
        "--name",
        "Vera",
        "--password",
        password,
    ]
    return CliRunner().invoke(main, arguments, obj=db)


def test_the_first_administrator_is_made(db):
    email = f"vera-{uuid.uuid4().hex[:8]}@vendor.dk"

    done = create(db, email=email, password="fire ord i en række")

    assert (done.exit_code, email in done.output) == (0, True)
    again = create(db, email=email, password="fire ord i en række")
    assert again.exit_code == 1
    assert "har allerede" in again.output


def test_a_short_password_is_refused(db):
    done = create(db, email="kort@vendor.dk", password="kort")

    assert (done.exit_code, "password" in done.output) == (1, True)
