"""Files of courses, with their providers."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tenant_app.catalogue.models import Course, CourseForm, PriceKind, Provider
from tests.imports.conftest import (
    COURSES,
    counts,
    everything,
    run,
    table,
    where,
    workbook,
)


def course(**changed):
    facts = {
        "kode": "DIP1",
        "titel": "Sprog og leg",
        "udbyder": "KP",
        "udbydertype": "professionshøjskole",
        "form": "diplommodul",
        "ECTS": "10",
        "timer": "280",
        "vikartimer": "84",
        "pris": "12.000,50",
        "pristype": "pr. person",
        "materialer": "500",
        "transport": "",
        "kommunalt mål": "ja",
        "obligatorisk": "",
    } | changed
    return tuple(facts[name] for name in COURSES)


def test_courses_come_with_their_providers(town):
    content = table(COURSES, [course(), course(kode="DIP2", udbydertype="")])
    assert counts(run(town, "courses", content)) == (2, 0, 0, [])
    assert counts(run(town, "courses", content)) == (0, 0, 2, [])
    with town.as_system() as ctx:
        made = ctx.session.scalar(select(Course).where(Course.code == "DIP1"))
        assert (made.form, made.price_kind) == (CourseForm.DIPLOMA_MODULE, PriceKind.PER_PERSON)
        assert (made.price, made.materials, made.travel) == (1_200_050, 50_000, 0)
        assert (made.ects, made.cover_hours) == (Decimal(10), Decimal(84))
        assert made.serves_municipal_goal
        assert not made.is_mandatory
        assert ctx.session.scalar(select(func.count()).select_from(Provider)) == 1


def test_a_course_changes_only_in_the_columns_of_the_file(town):
    run(town, "courses", table(COURSES, [course()]))
    short = table(
        ("kode", "titel", "udbyder", "form", "timer", "pris", "pristype"),
        [("DIP1", "Sprog", "KP", "diplommodul", "280", "13.000", "pr. person")],
    )
    assert counts(run(town, "courses", short)) == (0, 1, 0, [])
    with town.as_system() as ctx:
        changed = ctx.session.scalar(select(Course).where(Course.code == "DIP1"))
        assert (changed.title, changed.price) == ("Sprog", 1_300_000)
        assert (changed.ects, changed.materials) == (Decimal(10), 50_000)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"udbyder": "Ukendt", "udbydertype": ""}, "udbyder"),
        ({"udbydertype": "klub"}, "udbydertype"),
        ({"form": "fest"}, "form"),
        ({"pris": "1,234.56"}, "pris"),
        ({"pris": "0.123"}, "pris"),
        ({"pris": "-1"}, "pris"),
        ({"pris": "99999999999999"}, "pris"),
        ({"pris": ""}, "pris"),
        ({"pristype": "pr. kilo"}, "pristype"),
        ({"ECTS": "301"}, "ECTS"),
        ({"timer": "-1"}, "timer"),
        ({"vikartimer": "7.5"}, "vikartimer"),
        ({"titel": "=cmd|' /C calc'!A0"}, "titel"),
        ({"obligatorisk": "måske"}, "obligatorisk"),
    ],
)
def test_a_faulty_course_is_told_by_row_and_column(town, changed, column):
    before = everything(town)
    content = table(COURSES, [course(kode="OK"), course(**changed)])
    assert where(run(town, "courses", content)) == [(3, column)]
    assert everything(town) == before


AMOUNTS = {
    "1.234,56": 123_456,
    "1234,5": 123_450,
    "12.000": 1_200_000,
    "12000 kr.": 1_200_000,
    "1,234": None,
    "1.23": None,
    "1.2345": None,
    "12,000.00": None,
    "0.500": None,
    "1 000": None,
    "1e3": None,
}


@pytest.mark.parametrize(("typed", "meant"), AMOUNTS.items())
def test_an_amount_is_read_as_danish_or_refused(town, typed, meant):
    result = run(town, "courses", table(COURSES, [course(pris=typed)]))
    with town.as_system() as ctx:
        price = ctx.session.scalar(select(Course.price))
    assert price == meant
    assert where(result) == ([] if meant else [(2, "pris")])


@pytest.mark.parametrize(
    ("number", "meant"), [(12000, 1_200_000), (0.1 + 0.2, 30), (12.345, None), (-1, None)]
)
def test_a_workbooks_number_is_an_amount_with_two_decimals(town, number, meant):
    result = run(town, "courses", workbook(COURSES, [course(pris=number)]))
    with town.as_system() as ctx:
        assert ctx.session.scalar(select(Course.price)) == meant
    assert where(result) == ([] if meant else [(2, "pris")])
