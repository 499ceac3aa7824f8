"""The vendor's door: strangers, municipal users, staff without the permission, staff with it."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest
from sqlalchemy import text

from tenant_app.core import clock
from tenant_app.core.access import system
from tenant_app.tenancy import service as tenancy
from tenant_app.tenancy.models import Tenant, TenantSettings, TenantState, VendorRole
from tests.doors.conftest import changes
from tests.doors.knocking import STRANGER, Caller
from tests.doors.rows import INSIDE, VENDOR
from tests.doors.table import Kind
from tests.doors.things_people import STAFF

PASSWORD = "en lang adgangskode"
_COUNT = itertools.count(1)
TABLES = ("tenants", "vendor_users", "vendor_sessions", "vendor_audit_entries")
STATES = {
    "active_tenant": TenantState.ACTIVE,
    "trial_tenant": TenantState.TRIAL,
    "suspended_tenant": TenantState.SUSPENDED,
}


def named(row):
    return row.name


class Vendor:
    """The vendor's staff and municipalities in each state."""

    def __init__(self, db, slug):
        self.db, self.slug = db, slug
        self._known = {}
        self.callers = {role.value: self._sign_in(role) for role in VendorRole}

    def _sign_in(self, role):
        email = self._staff(role)[0]
        with self.db.vendor_unit_of_work(tenancy.NOBODY) as ctx:
            token = tenancy.sign_in_staff(ctx, email=email, password=PASSWORD)
        return Caller(None, role.value, vendor=token)

    def _staff(self, role):
        email = f"doors{next(_COUNT)}.{self.slug}@vendor.dk"
        with self.db.vendor_unit_of_work(STAFF) as ctx:
            made = tenancy.create_staff(
                ctx, email=email, name="Vendor Doors", role=role, password=PASSWORD
            )
            ctx.session.flush()
            return email, made.id

    def make(self, key):
        if key == "staff":
            return self._staff(VendorRole.VENDOR_SUPPORT)[1]
        number = next(_COUNT)
        with self.db.app.connect() as connection:
            tenant_id = int(connection.scalar(text("SELECT nextval('tenants_id_seq')")))
        with self.db.unit_of_work(tenant_id, system("test")) as ctx:
            slug = f"{self.slug}v{number}"
            ctx.session.add(
                Tenant(
                    id=tenant_id,
                    slug=slug,
                    code=slug,
                    name="Prøveby",
                    profile="decentral",
                    state=STATES[key],
                    created_at=clock.now(),
                )
            )
            ctx.session.flush()
            ctx.session.add(
                TenantSettings(
                    approval_rules=[], cover_rules={}, limits={}, locale="da", changed_at=ctx.now
                )
            )
        return tenant_id

    def the(self, key):
        if key not in self._known:
            self._known[key] = self.make(key)
        return self._known[key]

    def sums(self):
        parts = [
            f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) "
            f"FROM {table} t"
            for table in TABLES
        ]
        with self.db.vendor_unit_of_work(STAFF) as ctx:
            rows = ctx.session.execute(text(" UNION ALL ".join(parts)))
            return {row[0]: (int(row[1]), int(row[2])) for row in rows}


@pytest.fixture(scope="module")
def vendor(db, here):
    return Vendor(db, here.slug)


def never(row):
    return UUID(int=9) if row.thing == "staff" else 10**15


@pytest.mark.parametrize("row", VENDOR, ids=named)
def test_only_staff_with_the_permission_get_in(row, house, here, vendor, unchanged):
    own = vendor.the(row.thing) if row.thing else None
    body = row.body(here, own)
    municipal, may = Caller(here, "admin"), vendor.callers[row.may]
    house.prepare(row, STRANGER, municipal)
    before = vendor.sums()

    with unchanged(here):
        for outsider in (STRANGER, municipal):
            for thing in {own, never(row)} if row.thing else {None}:
                answer = house.knock(row, outsider, thing, of=here, body=body)
                assert answer.status_code == 302
                assert answer.headers["Location"].startswith("/vendor/sign-in")
        if row.may_not is not None:
            answer = house.knock(row, vendor.callers[row.may_not], own, of=here, body=body)
            assert answer.status_code == 403
        if row.is_read:
            assert house.knock(row, may, own, of=here).status_code == row.answer
        if row.thing is not None:
            for thing in (never(row), "0", "x", "", "١"):
                answer = house.knock(row, may, thing, of=here, body=body)
                assert answer.status_code == 404, thing
    assert changes(before, vendor.sums()) == {}


SENDING = [row for row in VENDOR if not row.is_read]


@pytest.mark.parametrize("row", SENDING, ids=named)
def test_a_form_sent_from_another_site_changes_nothing(row, house, here, vendor, unchanged):
    own = vendor.the(row.thing) if row.thing else None
    before, body = vendor.sums(), row.body(here, own)

    with unchanged(here):
        for token in (None, "guessed", house.signer.dumps("f" * 40)):
            answer = house.knock(row, vendor.callers[row.may], own, of=here, body=body, csrf=token)
            assert answer.status_code == 400
    assert changes(before, vendor.sums()) == {}


@pytest.mark.parametrize("row", SENDING, ids=named)
def test_staff_with_the_permission_do_it(row, house, here, there, vendor, unchanged):
    thing = vendor.make(row.thing) if row.thing else None
    before = vendor.sums()

    with unchanged(here, there):
        answer = house.knock(
            row, vendor.callers[row.may], thing, of=here, body=row.body(here, thing)
        )

    assert answer.status_code == row.answer, answer.text
    assert changes(before, vendor.sums()) or row.endpoint == "vendor_jobs.verb_retry"


def test_staff_without_a_support_session_are_strangers_in_the_panel(house, here, vendor):
    for row in (each for each in INSIDE if each.kind is Kind.PANEL and each.is_read):
        thing = here.the(row.thing) if row.thing else None
        answer = house.knock(row, vendor.callers["vendor_admin"], thing, of=here)
        assert answer.status_code == 302
