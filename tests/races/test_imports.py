"""Two import the same file at once: one adds, the other finds it done. The control collides."""

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from tenant_app.imports import queries
from tenant_app.imports import service as imports
from tenant_app.imports.models import ImportKind
from tests.imports.conftest import COURSES, table
from tests.races.waiting import until_it_waits_or_ends

FILE = table(
    COURSES,
    [
        (
            "DIP1",
            "Sprog",
            "KP",
            "professionshøjskole",
            "diplommodul",
            "10",
            "280",
            "",
            "12.000",
            "pr. person",
            "",
            "",
            "",
            "",
        )
    ],
)


def both_at_once(town):
    """What the second got, begun before the first committed."""
    got = []

    def read(ctx):
        return imports.run(
            ctx, kind=ImportKind.COURSES, file_name="f.csv", content=FILE, dry_run=False
        )

    def second():
        try:
            with town.as_user("admin") as ctx:
                got.append(read(ctx))
        except IntegrityError as error:
            got.append(error)

    thread = threading.Thread(target=second)
    with town.as_user("admin") as ctx:
        assert read(ctx).added == 1
        ctx.session.flush()
        thread.start()
        until_it_waits_or_ends(thread, ctx.session)
    thread.join()
    return got[0]


@pytest.mark.races
def test_the_second_import_sees_what_the_first_added(town):
    result = both_at_once(town)
    assert (result.added, result.unchanged) == (0, 1)


@pytest.mark.races
def test_control_without_the_lock_both_add(town, monkeypatch):
    monkeypatch.setattr(queries, "one_at_a_time", lambda ctx: None)
    assert isinstance(both_at_once(town), IntegrityError)
