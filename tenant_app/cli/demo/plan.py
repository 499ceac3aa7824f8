"""The three municipalities of the demo, and who signs in where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from tenant_app.accounts.models import Role

YEAR = 2026
FOUNDED = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
MOVED_IN = datetime(2025, 9, 15, 8, 0, tzinfo=UTC)
ADOPTED = datetime(2025, 10, 15, 9, 0, tzinfo=UTC)
OPENED = datetime(2025, 12, 15, 8, 0, tzinfo=UTC)
NEXT_OPENED = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
STORY_ENDS = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
"""Nothing in the demo happens after this moment."""
MOVE_DAY = date(2026, 8, 1)

PASSWORD = "roed-traad-i-2026"  # noqa: S105 - of a demo: printed when it is loaded, documented
VENDOR_EMAIL = "vendor@roedtraad.dk"
VENDOR_PASSWORD = "roed-traad-vendor-2026"  # noqa: S105 - the same


@dataclass(frozen=True)
class Municipality:
    """What is told of one municipality. Amounts in whole kroner."""

    slug: str
    code: str
    name: str
    profile: str
    institutions: int
    areas: tuple[str, ...]
    frame: int
    seed: int
    weak: frozenset[int] = field(default_factory=frozenset)
    """Institutions (from 0) flagged for a weak economy."""
    moves: tuple[int, int] | None = None
    """An institution (from 0) that moves to an area (from 0) on MOVE_DAY."""
    houses: int | None = None
    """An institution (from 0) whose staff work in two houses below it."""

    @property
    def domain(self) -> str:
        return f"{self.slug}.dk"


MUNICIPALITIES = (
    Municipality(
        slug="glostrup",
        code="0161",
        name="Glostrup Kommune",
        profile="mixed_equity",
        institutions=13,
        areas=(),
        frame=1_900_000,
        seed=161,
        weak=frozenset({6}),
    ),
    Municipality(
        slug="rudersdal",
        code="0230",
        name="Rudersdal Kommune",
        profile="ects_central",
        institutions=39,
        areas=("Holte", "Birkerød", "Nærum", "Vedbæk", "Sjælsø"),
        frame=5_200_000,
        seed=230,
        moves=(7, 1),
        houses=6,
    ),
    Municipality(
        slug="frederiksberg",
        code="0147",
        name="Frederiksberg Kommune",
        profile="decentral",
        institutions=42,
        areas=("Nord", "Syd", "Øst", "Vest"),
        frame=5_600_000,
        seed=147,
        houses=11,
    ),
)


@dataclass(frozen=True)
class SignIn:
    """A login that the demo documents."""

    login: str
    role: Role
    title: str


SIGN_INS = (
    SignIn("admin", Role.MUNICIPAL_ADMIN, "Kommunal administrator"),
    SignIn("konsulent", Role.CONSULTANT, "Pædagogisk konsulent"),
    SignIn("omraadeleder", Role.AREA_LEADER, "Områdeleder"),
    SignIn("leder", Role.INSTITUTION_LEADER, "Institutionsleder"),
    SignIn("stedfortraeder", Role.EMPLOYEE, "Stedfortræder for lederen"),
    SignIn("medarbejder", Role.EMPLOYEE, "Pædagog"),
    SignIn("revisor", Role.AUDITOR, "Revisor / MED"),
    SignIn("tillidsrepraesentant", Role.UNION_REPRESENTATIVE, "Tillidsrepræsentant"),
)


def sign_ins() -> list[tuple[str, str, str, str]]:
    """(where, role, e-mail, password) of every documented login."""
    found = [("Rød Tråd", "Leverandør (/vendor)", VENDOR_EMAIL, VENDOR_PASSWORD)]
    for place in MUNICIPALITIES:
        for each in SIGN_INS:
            found.append((place.name, each.title, f"{each.login}@{place.domain}", PASSWORD))
    return found
