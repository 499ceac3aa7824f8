"""What the vendor's staff read before they act, and what is read of them afterwards."""

from __future__ import annotations

import pytest

from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import VendorRole

REASON = "Aftalen er sagt op pr. 1. april"


@pytest.mark.parametrize("verb", ["suspend", "rename", "support"])
def test_a_verb_says_which_municipality_it_is_about(at_vendor, town, verb):
    seen = at_vendor().get(f"/vendor/{verb}/?id={town.tenant_id}")

    main = seen.text.partition("<main")[2].partition("<form")[0]
    assert f"By {town.slug}" in main
    assert f": By {town.slug} – " in seen.text.partition("</title>")[0]


@pytest.mark.parametrize("role", list(VendorRole))
def test_everybody_finds_the_way_to_a_new_password(at_vendor, role):
    visitor = at_vendor(role)

    assert 'href="/vendor/trail/change/"' in visitor.get("/vendor/").text
    assert visitor.get("/vendor/trail/change/").status == 200


def test_the_vendors_trail_speaks_danish_of_the_command_line_and_of_roles(at_vendor, make_staff):
    email = make_staff(VendorRole.VENDOR_SUPPORT)

    seen = at_vendor().get("/vendor/trail/")

    assert "Kommandolinjen" in seen.words
    assert "command line" not in seen.words
    assert f"{email} (Leverandørsupport)" in seen.words


def test_the_municipality_reads_in_danish_who_of_the_vendor_did_it(town, at_town, db):
    with db.vendor_unit_of_work(tenancy.COMMAND_LINE) as ctx:
        tenancy.suspend(ctx, town.tenant_id, database=db, reason=REASON)
        tenancy.reactivate(ctx, town.tenant_id, database=db, reason=REASON)

    seen = at_town(town, "admin").get("/admin/trail/")

    assert "Leverandør: Kommandolinjen" in seen.words
    assert "vendor:" not in seen.words
