"""Two administrators type the same code at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tenant_app.catalogue import service as catalogue
from tenant_app.catalogue.models import Course
from tenant_app.core.errors import Conflict
from tests.catalogue.facts import course_facts

CLERKS = 6


def test_one_course_is_made_and_the_others_are_told(town, make_course, look):
    make_course(town)
    with town.as_system() as ctx:
        provider = catalogue.providers(ctx).items[0].id
    together = Barrier(CLERKS)

    def create(_: int) -> bool:
        with town.as_user("admin") as ctx:
            together.wait(timeout=10)
            try:
                catalogue.create_course(ctx, provider_id=provider, **course_facts(code="DM-NY"))
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(CLERKS) as clerks:
        made = list(clerks.map(create, range(CLERKS)))
    assert sum(made) == 1
    assert [row["code"] for row in look.rows(town, Course)] == ["DM-SPROG", "DM-NY"]
