"""The usage report: asked for, made by a worker while one waits, and taken away as a file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import openpyxl
from playwright.sync_api import expect

from tenant_app.core.clock import danish_date
from tenant_app.core.money import show
from tenant_app.enrolments import service as enrolments
from tests.journeys.conftest import Enter, Offered
from tests.journeys.visitor import Visitor
from tests.town import Town


def take(admin: Visitor, link: str) -> Path:
    """The file behind a link."""
    with admin.page.expect_download() as download:
        admin.follows(link)
    return Path(download.value.path())


def test_a_report_is_made_while_one_waits_and_opens_in_a_spreadsheet(
    sign_in: Enter,
    town: Town,
    school: Offered,
    worker: Callable[[], AbstractContextManager[Any]],
) -> None:
    session = school.session(starts_on=danish_date(town.now), deadline=danish_date(town.now))
    with town.as_user("leader_n1") as ctx:
        enrolments.request(ctx, session_id=session, employee_ids=[town.employees["ped_n1_1"]])
    admin = sign_in("admin")
    admin.menu("Forbrug")
    admin.reads("Rapporten er ikke lavet endnu.")
    admin.presses("Kør rapport")
    expect(admin.page.get_by_role("progressbar")).to_be_visible()
    admin.reads("Venter")
    admin.looks("forbrug-venter")

    with worker():
        table = admin.main.get_by_role("table")
        expect(table).to_be_visible(timeout=60_000)  # the page finds out by itself
    admin.reads("Færdig")
    expect(admin.page.get_by_role("progressbar")).to_have_count(0)
    admin.looks("forbrug")
    whole = table.get_by_role("row").nth(1)
    reserved = sum(school.money(where)[0] for where in ("root", "n1", "n2", "s1", "s2"))
    expect(whole).to_contain_text(f"root {town.slug}")
    expect(whole).to_contain_text("10.000.000,00")
    expect(whole).to_contain_text(show(reserved, unit=""))

    text = take(admin, "Hent som CSV").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")  # without it Danish Excel guesses another alphabet
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert any(f"n1 {town.slug}" in row and "8900,00" in row for row in rows), rows

    sheet = openpyxl.load_workbook(io.BytesIO(take(admin, "Hent som XLSX").read_bytes())).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any(f"n1 {town.slug}" in row and 8900 in row for row in cells), json.dumps(
        cells, default=str
    )
