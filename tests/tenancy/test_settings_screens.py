"""The municipality's own settings screens, its trail and its view of support."""

from __future__ import annotations

import pytest

from tenant_app.tenancy import service as tenancy
from tests.tenancy.looking import trail_of
from tests.town import APPROVAL_RULES

PAGES = ("/admin/settings/", "/admin/trail/", "/admin/support-sessions/")
VERBS = ("approval", "cover", "limits", "language", "accessibility")


def settings_of(town):
    with town.as_system() as ctx:
        return tenancy.settings(ctx)


@pytest.mark.parametrize("page", PAGES)
def test_the_admin_sees_each_page_and_leaders_none(town, at_town, page):
    assert at_town(town, "admin").get(page).status == 200
    for name in ("leader_n1", "area_north", "consultant", "ped_n1"):
        assert at_town(town, name).get(page).status == 403, name


def test_the_auditor_reads_the_trail_but_not_the_settings(town, at_town):
    visitor = at_town(town, "auditor")

    assert visitor.get("/admin/trail/").status == 200
    assert visitor.get("/admin/settings/").status == 403


@pytest.mark.parametrize("verb", VERBS)
def test_sending_a_form_unchanged_changes_nothing(town, at_town, verb):
    visitor = at_town(town, "admin")

    assert visitor.post(f"/admin/settings/{verb}/").status == 302

    assert trail_of(town) == []
    assert settings_of(town).approval_rules == APPROVAL_RULES


def test_approval_rules_are_changed_row_by_row(town, at_town):
    seen = at_town(town, "admin").post(
        "/admin/settings/approval/",
        **{
            "approval_rules-0-first": "amount_over",
            "approval_rules-0-first_number": "25.000",
            "approval_rules-0-second": '{"form": "course"}',
            "approval_rules-0-institution": "y",
            "approval_rules-0-area": "y",
            "approval_rules-0-central": "",
            "approval_rules-1-first": "",
            "approval_rules-1-institution": "y",
            "approval_rules-1-area": "",
        },
    )

    assert seen.status == 302
    assert settings_of(town).approval_rules == [
        {"when": {"amount_over": 2_500_000, "form": "course"}, "levels": ["institution", "area"]},
        {"when": {}, "levels": ["institution"]},
    ]
    shown = at_town(town, "admin").get("/admin/settings/").words
    assert "Form: Kursus og Pris over (kr) 25.000,00" in shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"approval_rules-1-first": '{"mandatory": true}'},
        {"approval_rules-0-first_number": "mange"},
        {"approval_rules-0-first": "amount_over", "approval_rules-0-first_number": "1,234.56"},
        {f"approval_rules-0-{level}": "" for level in ("institution", "area", "central")},
        {f"approval_rules-1-{level}": "" for level in ("institution", "area", "central")},
    ],
)
def test_wrong_rules_are_refused_with_a_reason_and_nothing_changed(town, at_town, wrong):
    seen = at_town(town, "admin").post("/admin/settings/approval/", **wrong)

    assert seen.status == 422
    assert 'role="alert"' in seen.text
    assert settings_of(town).approval_rules == APPROVAL_RULES


def test_cover_is_changed_in_kroner_and_per_cent(town, at_town):
    seen = at_town(town, "admin").post(
        "/admin/settings/cover/",
        rate="215,50",
        default="90",
        share_diploma_module="40",
        share_network="0",
    )

    assert seen.status == 302
    assert settings_of(town).cover_rules == {
        "rate": 21_550,
        "share_taught": {"diploma_module": 40, "network": 0, "default": 90},
    }


@pytest.mark.parametrize(
    "wrong", [{"rate": "-1"}, {"rate": "9.999.999"}, {"default": "101"}, {"default": ""}]
)
def test_absurd_cover_is_refused_and_nothing_changed(town, at_town, wrong):
    before = settings_of(town).cover_rules

    assert at_town(town, "admin").post("/admin/settings/cover/", **wrong).status == 422

    assert settings_of(town).cover_rules == before


def test_limits_and_language_are_changed(town, at_town):
    visitor = at_town(town, "admin")

    assert (
        visitor.post("/admin/settings/limits/", running_initiatives="3", leader_observes="y").status
        == 302
    )
    assert visitor.post("/admin/settings/language/", locale="en").status == 302

    settings = settings_of(town)
    assert settings.limits == {"running_initiatives": 3, "leader_observes": True}
    assert settings.locale == "en"


def contact_of(town):
    settings = settings_of(town)
    return (
        settings.accessibility_email,
        settings.accessibility_phone,
        settings.accessibility_statement,
    )


def test_the_accessibility_contact_is_changed_shown_and_noted(town, at_town):
    visitor = at_town(town, "admin")
    assert visitor.get("/admin/settings/").words.count("Ikke oplyst endnu") == 3

    seen = visitor.post(
        "/admin/settings/accessibility/",
        accessibility_email="Tilgaengelig@By.dk",
        accessibility_phone="+45 12 34 56 78",
        accessibility_statement="https://was.digst.dk/by-dk",
    )

    assert seen.status == 302
    told = ("tilgaengelig@by.dk", "+45 12 34 56 78", "https://was.digst.dk/by-dk")
    assert contact_of(town) == told
    shown = visitor.get("/admin/settings/").words
    assert all(each in shown for each in told)
    assert "Telefon om tilgængelighed: – → +45 12 34 56 78" in visitor.get("/admin/trail/").words

    visitor.post(
        "/admin/settings/accessibility/",
        accessibility_email="",
        accessibility_phone="",
        accessibility_statement="",
    )
    assert contact_of(town) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accessibility_email", "ingen"),
        ("accessibility_phone", "ring bare"),
        ("accessibility_statement", "http://was.digst.dk/by-dk"),
    ],
)
def test_a_wrong_contact_is_refused_at_its_field_and_nothing_changed(town, at_town, field, value):
    right = {
        "accessibility_email": "a@by.dk",
        "accessibility_phone": "12345678",
        "accessibility_statement": "https://was.digst.dk/by-dk",
    }

    seen = at_town(town, "admin").post("/admin/settings/accessibility/", **(right | {field: value}))

    assert seen.status == 422
    assert f'id="{field}-error"' in seen.text
    assert contact_of(town) == (None, None, None)
    assert trail_of(town) == []


@pytest.mark.parametrize("name", ["auditor", "consultant", "area_north", "leader_n1", "ped_n1"])
def test_others_do_not_change_the_contact_and_nothing_changed(town, at_town, name):
    visitor = at_town(town, name)

    assert visitor.get("/admin/settings/accessibility/").status == 403
    seen = visitor.post(
        "/admin/settings/accessibility/",
        form_at="/admin/profile/",  # their own page has a token
        accessibility_email="min@by.dk",
    )

    assert seen.status == 403
    assert contact_of(town) == (None, None, None)


def test_the_trail_shows_who_changed_what_and_exports_it(town, at_town):
    visitor = at_town(town, "admin")
    visitor.post("/admin/settings/language/", locale="en")

    seen = visitor.get("/admin/trail/")
    assert "Sprog: Dansk → Engelsk" in seen.words
    assert f"admin {town.slug}" in seen.words
    assert "Dansk → Engelsk" in visitor.get("/admin/trail/export/csv/").text


def test_a_name_with_markup_is_shown_as_text_in_the_trail(town, at_town):
    with town.as_user("admin") as ctx:
        ctx.actor = type(ctx.actor)(
            name="<script>alert(1)</script>", user_id=ctx.actor.user_id, grants=ctx.actor.grants
        )
        tenancy.change_settings(ctx, locale="en")

    seen = at_town(town, "admin").get("/admin/trail/")

    assert "<script>alert(1)" not in seen.text
    assert "<script>alert(1)</script>" in seen.words


def test_another_municipalitys_trail_is_not_there(town, make_town, at_town):
    other = make_town()
    at_town(other, "admin").post("/admin/settings/language/", locale="en")

    assert other.slug not in at_town(town, "admin").get("/admin/trail/").text
