"""The vendor's panel, from sign-in to looking inside."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from tenant_app.core.outbox import Outbox
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import TenantFigures, TenantState, VendorRole
from tests.statements import statements
from tests.tenancy.conftest import PASSWORD
from tests.tenancy.looking import state_of, trail_of

REASON = "Aftalen er sagt op pr. 1. april"
PAGES = ("/vendor/", "/vendor/jobs/", "/vendor/staff/", "/vendor/trail/")


@pytest.mark.parametrize("page", [*PAGES, "/vendor/create/", "/vendor/municipality/?id=1"])
def test_a_stranger_is_asked_to_sign_in(browser, page):
    seen = browser.get(page)

    assert seen.status == 302
    assert seen.location.startswith("/vendor/sign-in")


def test_an_address_that_leads_nowhere_says_whose_panel_it_is(at_vendor):
    visitor = at_vendor()

    for page in ("/vendor/zzz", "/vendor/municipality/?id=999999999"):
        seen = visitor.get(page)
        assert seen.status == 404
        head = seen.text.partition("<header>")[2].partition("</header>")[0]
        assert "<b>Leverandør</b>" in head
        assert 'href="/vendor/"' in seen.text


def test_a_wrong_password_is_refused_in_danish_and_opens_nothing(browser, make_staff):
    email = make_staff(VendorRole.VENDOR_ADMIN)

    seen = browser.post("/vendor/sign-in", email=email, password="forkert")

    assert seen.status == 401
    assert "adgangskoden er forkert" in seen.words
    assert browser.get("/vendor/").status == 302


def test_the_eleventh_guess_is_not_looked_at(browser, make_staff):
    email = make_staff(VendorRole.VENDOR_ADMIN)

    answers = [
        browser.post("/vendor/sign-in", email=email, password=f"gæt {n}").status for n in range(10)
    ]

    assert set(answers) == {401}
    assert browser.post("/vendor/sign-in", email=email, password=PASSWORD).status == 429


def test_a_users_session_does_not_open_the_vendors_door(town, at_town):
    visitor = at_town(town, "admin")

    assert visitor.get("/admin/settings/").status == 200
    assert visitor.get("/vendor/").status == 302


def test_staff_do_not_enter_a_municipality_by_being_staff(at_vendor):
    visitor = at_vendor()

    assert visitor.get("/vendor/").status == 200
    assert visitor.get("/admin/settings/").status == 302


def test_every_page_opens_and_shows_no_names_of_persons(at_vendor, town):
    visitor = at_vendor()

    for page in (*PAGES, f"/vendor/municipality/?id={town.tenant_id}"):
        seen = visitor.get(page)
        assert seen.status == 200, page
        assert "leder_n1" not in seen.text
        assert "ped_n1" not in seen.text


def test_support_staff_see_municipalities_but_not_the_staff_list(at_vendor, town):
    visitor = at_vendor(VendorRole.VENDOR_SUPPORT)

    assert visitor.get("/vendor/").status == 200
    assert visitor.get("/vendor/staff/").status == 403
    assert visitor.get("/vendor/create/").status == 403
    seen = visitor.post(
        f"/vendor/suspend/?id={town.tenant_id}", form_at="/vendor/jobs/", reason=REASON
    )
    assert seen.status in (400, 403)
    assert state_of(town) is TenantState.ACTIVE


@pytest.mark.parametrize("key", ["999999999", "0", "-1", "nul", "", "1' OR 1=1", "9" * 30])
def test_a_municipality_that_is_not_there_is_not_found(at_vendor, key):
    assert at_vendor().get(f"/vendor/municipality/?id={key}").status == 404


def test_a_municipality_is_created_and_its_admin_comes_in_by_the_link(at_vendor, browser, db):
    visitor = at_vendor()

    seen = visitor.post(
        "/vendor/create/",
        code="9001",
        slug="panelby",
        name="",
        profile="mixed_equity",
        admin_name="Anna Admin",
        admin_email="anna@panelby.dk",
    )

    assert seen.status == 200, seen.words
    [link] = re.findall(r'value="(http[^"]+/invitation/panelby/[^"]+)"', seen.text)
    path = urlsplit(link).path
    password = "fire helt andre ord"
    assert browser.post(path, password=password, again=password).status == 302
    assert (
        browser.post(
            "/sign-in", tenant="panelby", email="anna@panelby.dk", password=password
        ).status
        == 302
    )
    inside = browser.get("/admin/settings/")
    assert inside.status == 200
    assert "Institutionsleder → Områdeleder" in inside.words


def test_a_bad_short_name_is_shown_at_its_field_and_nothing_is_created(at_vendor, db):
    visitor = at_vendor()

    seen = visitor.post(
        "/vendor/create/",
        code="9002",
        slug="Bad Slug",
        profile="decentral",
        admin_name="A",
        admin_email="a@b.dk",
    )

    assert seen.status == 422
    assert "»Bad Slug«" in seen.words
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        assert "9002" not in {item.tenant.code for item in tenancy.overview(ctx)}


def test_a_municipality_is_set_up_and_its_admin_sees_it(at_vendor, at_town, town):
    visitor, page = at_vendor(), f"/vendor/municipality/?id={town.tenant_id}"
    assert "Opsæt" in visitor.get(page).words
    assert "Områdeleder" in at_town(town, "admin").get("/admin/settings/").words

    seen = visitor.post(
        f"/vendor/configure/?id={town.tenant_id}", profile="decentral", locale="en", reason=REASON
    )

    assert seen.status == 302
    settings = at_town(town, "admin").get("/admin/settings/").words
    assert "25.000,00" in settings  # of decentral: the leader alone up to this amount
    assert "tenant.configured" in [action for _, action, _ in trail_of(town)]
    trail = at_town(town, "admin").get("/admin/trail/").words
    assert f"Kommune sat op {REASON}" in trail
    vendors = visitor.get("/vendor/trail/").words
    assert re.search(rf"Kommune sat op .*{town.slug}.*Decentralt, [\d-]+, en: {REASON}", vendors)


def test_setting_up_without_choosing_is_refused_and_nothing_changed(at_vendor, town):
    seen = at_vendor().post(f"/vendor/configure/?id={town.tenant_id}", reason=REASON)

    assert seen.status == 422
    assert "Vælg en skabelon, et sprog eller begge dele" in seen.words
    assert trail_of(town) == []


def test_a_day_that_is_none_is_refused_at_its_field_and_nothing_changed(at_vendor, town):
    seen = at_vendor().post(
        f"/vendor/configure/?id={town.tenant_id}",
        profile="decentral",
        valid_from="i morgen",
        reason=REASON,
    )

    assert seen.status == 422
    assert trail_of(town) == []


def test_an_archived_municipality_is_offered_no_set_up_and_refuses_one(at_vendor, town):
    visitor = at_vendor()
    for verb in ("suspend", "archive"):
        visitor.post(f"/vendor/{verb}/?id={town.tenant_id}", reason=REASON)
    before = trail_of(town)

    assert "Opsæt" not in visitor.get(f"/vendor/municipality/?id={town.tenant_id}").words
    seen = visitor.post(
        f"/vendor/configure/?id={town.tenant_id}", profile="decentral", reason=REASON
    )

    assert seen.status == 409
    assert "Kommunen er arkiveret" in seen.words
    assert trail_of(town) == before


def test_support_staff_are_offered_no_set_up(at_vendor, town):
    visitor = at_vendor(VendorRole.VENDOR_SUPPORT)

    assert "Opsæt" not in visitor.get(f"/vendor/municipality/?id={town.tenant_id}").words
    assert visitor.get(f"/vendor/configure/?id={town.tenant_id}").status == 403


def test_suspending_shuts_every_door_at_once_and_reactivating_opens_them(
    at_vendor, at_town, town, browser
):
    visitor, user = at_vendor(), at_town(town, "admin")
    assert user.get("/admin/settings/").status == 200

    assert visitor.post(f"/vendor/suspend/?id={town.tenant_id}", reason=REASON).status == 302
    assert user.get("/admin/settings/").status == 302
    assert town.slug not in browser.get("/sign-in").text

    assert visitor.post(f"/vendor/reactivate/?id={town.tenant_id}", reason=REASON).status == 302
    assert user.get("/admin/settings/").status == 200


def test_a_short_reason_is_refused_and_nothing_changed(at_vendor, town):
    seen = at_vendor().post(f"/vendor/suspend/?id={town.tenant_id}", reason="fejl")

    assert seen.status == 422
    assert "mindst 10 tegn" in seen.words
    assert state_of(town) is TenantState.ACTIVE


def test_getting_a_verbs_page_changes_nothing(at_vendor, town):
    visitor = at_vendor()

    for verb in ("suspend", "rename", "support", "configure"):
        assert visitor.get(f"/vendor/{verb}/?id={town.tenant_id}").status == 200

    assert state_of(town) is TenantState.ACTIVE
    assert trail_of(town) == []


def test_support_looks_inside_read_only_and_is_seen(at_vendor, town):
    visitor = at_vendor(VendorRole.VENDOR_SUPPORT)

    opened = visitor.post(f"/vendor/support/?id={town.tenant_id}", reason=REASON, minutes="20")
    assert opened.status == 200
    [token] = re.findall(r'name="token" value="([^"]+)"', opened.text)
    entered = visitor.post("/support", token=token)
    assert entered.status == 302

    seen = visitor.get("/admin/trail/")
    assert seen.status == 200
    assert REASON in seen.words
    assert visitor.get("/admin/settings/").status == 403
    assert visitor.get("/admin/settings/approval/").status == 403
    assert "support.opened" in [action for _, action, _ in trail_of(town)]


def test_a_made_up_support_token_opens_nothing(browser, town):
    for token in (f"{town.tenant_id}.forkert", "forkert", "", f"{town.tenant_id}."):
        seen = browser.post("/support", token=token)
        assert seen.status in (302, 422)
        assert "/admin" not in seen.location
    assert browser.get("/admin/trail/").status == 302


def test_staff_are_created_and_closed(at_vendor, browser):
    visitor = at_vendor()
    email = "ny.kollega@example.dk"

    visitor.post(
        "/vendor/staff/create/",
        name="Ny Kollega",
        email=email,
        role="vendor_support",
        password="en god lang kode",
    )
    assert browser.post("/vendor/sign-in", email=email, password="en god lang kode").status == 302
    page = visitor.get("/vendor/staff/").text
    row = next(part for part in page.split("<tr>") if email in part)
    [url] = re.findall(r'href="(/vendor/staff/close/[^"]+)"', row)
    assert visitor.post(url).status == 302
    assert browser.get("/vendor/").status == 302


def test_signing_out_ends_the_session_on_the_server(at_vendor):
    visitor = at_vendor()
    with visitor.client.session_transaction() as kept:
        token = kept["vendor_token"]

    visitor.post("/vendor/sign-out", form_at="/vendor/")

    with visitor.client.session_transaction() as kept:
        kept["vendor_token"] = token
    assert visitor.get("/vendor/").status == 302


def test_posting_without_our_form_is_refused(at_vendor, town):
    answer = at_vendor().client.post(
        f"/vendor/suspend/?id={town.tenant_id}", data={"reason": REASON}
    )

    assert answer.status_code == 400
    assert state_of(town) is TenantState.ACTIVE


def queue(town, *, dead=False):
    """A job of the town's that waits, or that was given up."""
    with town.as_system() as ctx:
        made = ctx.enqueue("jobs.tenancy.measure")
        ctx.session.flush()
        if dead:
            ctx.session.execute(update(Outbox).where(Outbox.id == made).values(dead_at=ctx.now))
    return made


def over(town, key):
    with town.as_system() as ctx:
        ctx.session.execute(update(Outbox).where(Outbox.id == key).values(done_at=ctx.now))


def test_the_page_of_jobs_follows_whoever_has_some_until_they_are_done(at_vendor, town, make_town):
    visitor, idle = at_vendor(), make_town()
    key = queue(town)
    queue(town, dead=True)
    followed = f"/vendor/jobs/progress/?id={town.tenant_id}"

    page = visitor.get("/vendor/jobs/").text
    assert f'<span data-row="{town.tenant_id}" data-cell="undone">1</span>' in page
    assert f'data-row="{idle.tenant_id}"' not in page
    row = visitor.client.get(followed).json["rows"][str(town.tenant_id)]
    assert (row["cells"]["undone"], row["cells"]["dead"], row["is_over"]) == ("1", "1", False)
    assert row["cells"]["names"] == "Natlig opmåling × 1"

    over(town, key)

    row = visitor.client.get(followed).json["rows"][str(town.tenant_id)]
    assert (row["cells"]["undone"], row["cells"]["age"], row["is_over"]) == ("0", "–", True)
    assert row["text"] == f"By {town.slug}: ingen job venter"


def test_the_jobs_of_a_suspended_municipality_are_not_waited_for(at_vendor, town):
    visitor = at_vendor()
    queue(town)
    visitor.post(f"/vendor/suspend/?id={town.tenant_id}", reason=REASON)

    assert f'data-row="{town.tenant_id}"' not in visitor.get("/vendor/jobs/").text


def test_whoever_follows_nothing_or_nobody_is_not_answered(at_vendor, town):
    visitor = at_vendor()

    for ids in ("", "?id=", f"?id={town.tenant_id}&id=1000000000000", "?id=x"):
        assert visitor.get(f"/vendor/jobs/progress/{ids}").status == 404


def test_the_page_of_jobs_asks_few_statements_however_many_have_failed(at_vendor, make_town, db):
    visitor = at_vendor()

    def asked():
        with statements(db.vendor) as heard:
            assert visitor.get("/vendor/jobs/").status == 200
        return len(heard)

    asked()
    before = asked()
    for _ in range(5):
        queue(make_town(), dead=True)

    assert asked() == before <= 12


def test_the_front_page_tells_how_many_figures_differ_and_where(at_vendor, town):
    words = "afviger fra posteringerne"
    with town.as_system() as ctx:
        tenancy.measure(ctx)
        ctx.session.execute(update(TenantFigures).values(budget_alarms=4321))

    seen = at_vendor().get("/vendor/").text

    assert words in seen
    assert re.search(rf"By {town.slug}</a> 4\.321", seen)
