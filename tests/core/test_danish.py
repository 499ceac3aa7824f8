"""Names in the Danish alphabet: the same in PostgreSQL and in Python, and read from an index."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import Text, create_engine, func, literal, select, text

from tenant_app.core import danish as letters
from tenant_app.core import searching
from tenant_app.core.danish import danish_key
from tenant_app.core.db import danish
from tenant_app.core.searching import asked
from tenant_app.organisation.models import Employee


def shuffled(names):
    mixed = list(names)
    random.Random(7).shuffle(mixed)
    return mixed


@pytest.mark.parametrize(
    "names",
    [
        ["Abel", "Zacharias", "Æbeltoft", "Ølstykke", "Åbenrå"],
        ["Vejle", "Zoo", "Aabenraa", "Aalborg", "Aarhus"],
        ["Ølgod", "Aabenraa", "Ålborg", "Aarhus"],
        ["abe", "Bo", "cykel", "Dal"],
        ["Eda", "Édb", "Edc"],
        ["Müller", "Myrup"],
        ["Bo", "Ida Amalie", "Ida-Amalie"],
    ],
)
def test_names_stand_as_in_a_danish_telephone_book(names):
    assert sorted(shuffled(names), key=danish_key) == names


def test_capitals_and_the_two_ways_to_write_aa_are_alike():
    assert danish_key("AABENRAA") == danish_key("Åbenrå") == danish_key("aabenraa")
    assert danish_key("ÆRØ") == danish_key("ærø")


def test_no_letter_stands_in_two_places():
    assert len(letters.FROM) == len(set(letters.FROM)) == len(letters.TO)


@effort(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.text(
            st.one_of(
                st.sampled_from("aAåÅæÆøØäöüéß -'zZ{|}"),
                st.sampled_from(letters.FROM),
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
            ),
            max_size=12,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_postgresql_and_python_make_the_same_key(db, names):
    with db.app.connect() as connection:
        found = [connection.scalar(select(func.danish_sort(literal(name)))) for name in names]
        in_order = connection.execute(
            text(
                "SELECT name FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS t(name, at) "
                'ORDER BY danish_sort(name COLLATE "C"), at'
            ),
            {"names": names},
        ).scalars()
        assert found == [danish_key(name) for name in names]
        assert list(in_order) == sorted(names, key=danish_key)


@pytest.fixture
def many(town, settings):
    """6,000 employees, of whom 50 fit on a page."""
    made = [
        {"number": f"x{number}", "name": f"{chr(97 + number % 26)}navn {number}", "email": None}
        for number in range(6_000)
    ]
    with town.as_system() as ctx:
        ctx.insert_many(Employee, made)
    owner = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE employees"))  # the planner counts what it has seen
    owner.dispose()
    with town.as_system() as ctx:
        yield ctx


def plan_of(ctx, statement):
    connection = ctx.session.connection()
    asked = statement.compile(connection, compile_kwargs={"literal_binds": True})
    return "\n".join(connection.exec_driver_sql(f"EXPLAIN {asked}").scalars())


def test_a_page_by_name_is_read_from_the_index_and_not_sorted(many, town):
    page = (
        select(Employee.id)
        .where(Employee.tenant_id == town.tenant_id)
        .order_by(danish(Employee.name), Employee.id)
        .limit(50)
    )
    plan = plan_of(many, page)
    assert "ix_employees_danish_name" in plan
    assert "Sort" not in plan


def test_the_control_by_another_key_is_sorted(many, town):
    page = (
        select(Employee.id)
        .where(Employee.tenant_id == town.tenant_id)
        .order_by(func.reverse(Employee.name), Employee.id)
        .limit(50)
    )
    assert "Sort" in plan_of(many, page)


@pytest.mark.parametrize(
    ("text", "typed", "holds"),
    [
        ("Dialogisk læsning", "LÆS", True),
        ("Café og Aabenraa", "cafe åben", True),
        ("Åbenrå", "aabenraa", True),
        ("Rød 50%_ tråd", "50%_", True),
        ("Rød 50 tråd", "50%_", False),
        ("Müller", "myller", True),
        ("»Ro« i garderoben", "garderobe ro", True),
        ("Ro i garderoben", "uro", False),
    ],
)
def test_what_may_hold_the_words_is_what_does(db, text, typed, holds):
    wanted = asked(typed)
    column = literal(text, Text)
    with db.app.connect() as connection:
        found = connection.execute(
            select(searching.may_hold(column, wanted), searching.holds(danish(column), wanted))
        ).one()
    assert found[1] is holds
    assert found[0] is holds
