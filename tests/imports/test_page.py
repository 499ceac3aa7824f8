"""The import page in the municipality's panel, and the command."""

import html
import io
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from admin import imports as page
from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.accounts.models import User
from tenant_app.cli.imports import import_
from tenant_app.core import clock
from tenant_app.organisation.models import Unit
from tests.imports.conftest import EMPLOYEES, UNITS, everything, table


@pytest.fixture(scope="module")
def site(settings, db):
    return build(settings, db)


@pytest.fixture
def town(make_town):
    """Its clock is today's, since pages ask the real one."""
    return make_town(now=clock.now())


class Browser:
    """A browser in which one of the town's users is signed in."""

    def __init__(self, site, town, name):
        self.client = site.test_client()
        with town.as_system() as ctx:
            token = accounts.open_session(ctx, ctx.session.get_one(User, town.users[name]))
        with self.client.session_transaction() as kept:
            kept["tenant"], kept["token"] = town.tenant_id, token

    def get(self, path):
        return self.client.get(path)

    def post(self, path, form, **data):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(form).text)
        return self.client.post(path, data={"csrf_token": token[1], **data})

    def check(self, kind, content, name="enheder.csv"):
        return self.post(
            "/admin/imports/check/",
            "/admin/imports/",
            kind=kind,
            file=(io.BytesIO(content), name),
        )

    def confirm(self, checked):
        kept = re.search(r'name="waiting"[^>]*value="([^"]+)"', checked.text)[1]
        return self.post("/admin/imports/confirm/", "/admin/imports/", waiting=html.unescape(kept))


@pytest.fixture
def admin(site, town):
    return Browser(site, town, "admin")


def test_a_file_is_checked_and_then_imported(admin, town, few_units):
    before = everything(town)
    checked = admin.check("units", few_units)
    assert checked.status_code == 200
    assert "<strong>3</strong>" in checked.text
    assert everything(town) == before
    done = admin.confirm(checked)
    assert done.status_code == 302
    after = admin.get("/admin/imports/").text
    assert "enheder.csv" in after
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(Unit).where(Unit.number == "H1"))


def test_errors_are_shown_by_row_and_column_and_nothing_is_written(admin, town):
    before = everything(town)
    content = table(UNITS, [("1", "<b>x</b>", "slot", "", "i går", "")] * 150)
    checked = admin.check("units", content)
    assert checked.status_code == 422
    assert checked.text.count("<tr>") == 200 + 1
    assert ">type</td>" in checked.text
    assert "fra dato" in checked.text
    assert 'name="waiting"' not in checked.text
    assert "249" in checked.text  # 150 × 2, and 149 repeated numbers, of which 200 are shown
    assert everything(town) == before


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04x", b"a;b\n1;2", table(EMPLOYEES, []), b"\0\0"]
)
def test_what_is_not_such_a_file_is_told_on_the_page(admin, town, content):
    before = everything(town)
    answer = admin.check("units", content)
    assert answer.status_code == 422
    assert "alert-danger" in answer.text
    assert everything(town) == before


def test_a_file_changed_or_kept_by_another_is_not_taken(admin, town, site, make_town, few_units):
    kept = re.search(r'name="waiting"[^>]*value="([^"]+)"', admin.check("units", few_units).text)[1]
    kept = html.unescape(kept)
    other_town = make_town(now=clock.now())
    other = Browser(site, other_town, "admin")
    before = everything(town), everything(other_town)
    for browser, sent in ((admin, "x" + kept), (admin, kept[:-1]), (admin, "å"), (other, kept)):
        answer = browser.post("/admin/imports/confirm/", "/admin/imports/", waiting=sent)
        assert answer.status_code == 422
    assert (everything(town), everything(other_town)) == before


def test_a_file_that_waited_too_long_is_not_taken(admin, town, few_units, monkeypatch):
    checked = admin.check("units", few_units)
    before = everything(town)
    monkeypatch.setattr(page, "WAITS_SECONDS", -1)
    assert admin.confirm(checked).status_code == 422
    assert everything(town) == before


def test_what_became_wrong_meanwhile_is_told_at_the_confirmation(admin, town, few_units):
    checked = admin.check("units", few_units)
    taken = table(UNITS, [("A1", "Anden", "institution", "", "01-01-2021", "")])
    admin.confirm(admin.check("units", taken))
    before = everything(town)
    answer = admin.confirm(checked)
    assert answer.status_code == 422
    assert everything(town) == before


@pytest.mark.parametrize("who", ["consultant", "area_north", "leader_n1", "ped_n1", "auditor"])
def test_others_do_not_get_in(site, town, who):
    browser = Browser(site, town, who)
    assert browser.get("/admin/imports/").status_code == 403
    assert browser.get("/admin/imports/template/units.csv").status_code == 403


def test_a_template_is_downloaded(admin):
    answer = admin.get("/admin/imports/template/units.csv")
    assert answer.data.decode("utf-8-sig").startswith("nummer;navn;type;")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert admin.get("/admin/imports/template/secrets.csv").status_code == 404


@pytest.fixture
def command(db, tmp_path, town):
    def run(kind, content, *more, slug=None):
        file = tmp_path / "fil.csv"
        file.write_bytes(content)
        return CliRunner().invoke(
            import_, [kind, str(file), "--tenant", slug or town.slug, *more], obj=db
        )

    return run


def test_the_command_imports(command, town, few_units):
    before = everything(town)
    dry = command("units", few_units, "--dry-run")
    assert (dry.exit_code, everything(town)) == (0, before)
    assert "3" in dry.output
    assert command("units", few_units).exit_code == 0
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(Unit).where(Unit.number == "H1"))


def test_the_command_tells_errors_and_exits_1(command, town):
    before = everything(town)
    done = command("units", table(UNITS, [("1", "", "slot", "", "i går", "")]))
    assert done.exit_code == 1
    assert "navn" in done.stderr
    assert "fra dato" in done.stderr
    assert command("units", b"x" * (11 * 1024 * 1024)).exit_code == 1
    assert everything(town) == before


def test_the_command_knows_only_existing_municipalities(command, few_units):
    assert command("units", few_units, slug="atlantis").exit_code != 0
