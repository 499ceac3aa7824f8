"""Units and employees over the API."""

from uuid import uuid4

import pytest

from config.wsgi import build
from tenant_app.accounts import service as accounts
from tenant_app.core import clock
from tests.organisation.conftest import everything


@pytest.fixture(scope="module")
def site(settings, db):
    return build(settings, db)


@pytest.fixture
def town(make_town):
    """Its clock is today's, since the API asks the real one."""
    return make_town(now=clock.now())


class Client:
    """Calls the API as one of the town's users."""

    def __init__(self, site, town, name):
        self.client = site.test_client()
        with town.as_user(name) as ctx:
            token = accounts.make_token(ctx, name="test", days=1)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path, **body):
        return self.client.post(f"/api/v1{path}", headers=self.headers, json=body)


@pytest.fixture
def admin(site, town):
    return Client(site, town, "admin")


def test_units_are_listed_as_they_hang_on_a_day(admin, town):
    moved = admin.post(
        f"/units/{town.units['n1']}/move", parent_id=str(town.units["south"]), on="2025-08-01"
    )
    assert moved.status_code == 200
    for day, area in (("2025-07-31", "north"), ("2025-08-01", "south")):
        items = admin.get(f"/units?on={day}&kind=institution").json["items"]
        found = {item["unit"]["id"]: item for item in items}
        assert found[str(town.units["n1"])]["parent_id"] == str(town.units[area])
    history = admin.get(f"/units/{town.units['n1']}/placements").json
    assert [place["to_date"] for place in history] == ["2025-08-01", None]


def test_a_unit_is_founded_described_and_closed(admin, town):
    made = admin.post(
        "/units",
        number="N9",
        name="Ny",
        kind="institution",
        parent_id=str(town.units["north"]),
        from_date="2025-01-01",
    )
    assert made.status_code == 201
    path = f"/units/{made.json['id']}"
    assert admin.post(f"{path}/description", weak_economy=True).json["weak_economy"]
    assert admin.get(path).json["name"] == "Ny"
    assert admin.post(f"{path}/close", on="2025-06-01").status_code == 200
    assert admin.post(
        f"/units/{town.units['s1']}/merge", into_id=str(town.units["s2"]), on="2025-06-01"
    ).json["id"] == str(town.units["s2"])


def test_people_are_hired_changed_and_ended(admin, town):
    made = admin.post(
        "/employees",
        number="4711",
        name="Åse",
        unit_id=str(town.units["n1"]),
        position="pedagogue",
        fte="0.86",
        from_date="2025-01-01",
    )
    assert made.status_code == 201
    path = f"/employees/{made.json['id']}"
    assert admin.post(f"{path}/change", on="2025-02-01", fte=1).status_code == 200
    assert admin.post(f"{path}/end", on="2025-03-01").status_code == 200
    again = admin.post(
        f"{path}/rehire",
        unit_id=str(town.units["n2"]),
        position="leader",
        fte="1",
        from_date="2025-04-01",
    )
    assert again.status_code == 200
    assert admin.post(f"{path}/description", email="a@b.dk").json["email"] == "a@b.dk"
    spells = admin.get(f"{path}/employments").json
    assert [spell["fte"] for spell in spells] == ["0.8600", "1.0000", "1.0000"]
    found = admin.get(f"/employees?unit_id={town.units['n2']}&position=leader&text=4711").json
    assert [item["employee"]["number"] for item in found["items"]] == ["4711"]


@pytest.mark.parametrize(
    ("path", "body", "status", "field", "cure"),
    [
        ("/units/{n1}/move", {"parent_id": "{n2}", "on": "2025-08-01"}, 409, "parent_id", "Choose"),
        ("/units/{n1}/move", {"parent_id": "{south}", "on": "2019-08-01"}, 409, "on", "Choose"),
        ("/units/{n1}/move", {"parent_id": "{south}", "on": "nej"}, 422, "on", "2026-08-31"),
        ("/units/{n1}/move", {"parent_id": "{south}"}, 422, "on", "Send it"),
        (
            "/units/{n1}/move",
            {"parent_id": "{south}", "on": "2025-08-01", "x": 1},
            422,
            "x",
            "Leave it out",
        ),
        ("/units/{n1}/close", {"on": "2025-08-01"}, 409, "unit_id", "Move them"),
        ("/employees/{person}/change", {"on": "2025-08-01", "fte": "1e400"}, 422, "fte", "above 0"),
        ("/employees/{person}/change", {"on": "2025-08-01", "fte": "NaN"}, 422, "fte", "7.4"),
        ("/employees/{person}/change", {"on": "2025-08-01", "fte": "1.6"}, 422, "fte", "above 0"),
        ("/employees/{person}/end", {"on": "2019-08-01"}, 409, "on", "Choose"),
    ],
)
def test_bad_input_is_refused_with_field_and_cure(admin, town, path, body, status, field, cure):
    names = {key: str(value) for key, value in town.units.items()}
    names["person"] = str(town.employees["ped_n1_1"])
    before = everything(town)
    filled = {
        key: value.format(**names) if isinstance(value, str) else value
        for key, value in body.items()
    }
    answer = admin.post(path.format(**names), **filled)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert answer.json["field"] == field
    assert cure in answer.json["detail"]
    assert everything(town) == before


def test_what_is_foreign_is_as_unknown_as_what_never_was(site, town, make_town):
    there = make_town(now=clock.now())
    leader = Client(site, town, "leader_n1")
    for kind, ids in (
        ("units", (there.units["n1"], town.units["s1"])),
        ("employees", (there.employees["ped_n1_1"], town.employees["ped_s1_1"])),
    ):
        never = leader.get(f"/{kind}/{uuid4()}")
        for key in ids:
            answer = leader.get(f"/{kind}/{key}")
            assert (answer.status_code, answer.data) == (404, never.data)


def test_an_employee_may_not_list_colleagues(site, town):
    client = Client(site, town, "ped_n1")
    assert client.get("/employees").status_code == 403
    assert client.get("/units").status_code == 403
