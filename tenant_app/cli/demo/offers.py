"""The catalogue of the demo: forms, names, ECTS and price bands from the field (research §1.3, §4).

Prices lie in the bands found; the exact amounts are assumed. Amounts in whole kroner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tenant_app.catalogue.models import CourseForm as F
from tenant_app.catalogue.models import ProviderKind as K

KP, ABSALON, UC_SYD, VIA, UCL, UCN = (
    "Københavns Professionshøjskole",
    "Professionshøjskolen Absalon",
    "UC SYD",
    "VIA University College",
    "UCL Erhvervsakademi og Professionshøjskole",
    "UCN",
)
KOMPONENT, DPF, CONSULTANTS = "Komponent", "Dansk Pædagogisk Forum", "Kommunens egne konsulenter"
PROVIDERS = {
    KP: K.UNIVERSITY_COLLEGE,
    ABSALON: K.UNIVERSITY_COLLEGE,
    UC_SYD: K.UNIVERSITY_COLLEGE,
    VIA: K.UNIVERSITY_COLLEGE,
    UCL: K.UNIVERSITY_COLLEGE,
    UCN: K.UNIVERSITY_COLLEGE,
    KOMPONENT: K.PRIVATE,
    DPF: K.PRIVATE,
    CONSULTANTS: K.MUNICIPAL,
}

# name → (area, months it is valid, share of pedagogues who should hold it, or how many per house)
COMPETENCES: dict[str, tuple[str, int | None, int | None, int | None]] = {
    "Førstehjælp til børn": ("Sundhed og sikkerhed", 24, 60, None),
    "Sprogvejledning": ("Sprog og kommunikation", None, None, 1),
    "Tidlig indsats": ("Udsatte positioner og tidlig indsats", None, None, 1),
    "Leg og æstetik": ("Leg og æstetik", None, None, 2),
    "Evaluering med data": ("Evaluering og dokumentation", None, None, 1),
    "KIDS-observation": ("Evaluering og dokumentation", 36, None, 1),
    "Relationsarbejde": ("Relationer og samspil", None, 20, None),
    "Faglig ledelse": ("Faglig ledelse", None, None, None),
}
TARGET_DAY = date(2027, 6, 30)

SPRING, AUTUMN, COMING = date(2026, 2, 2), date(2026, 8, 31), date(2027, 2, 1)
MODULE_RUNS = (SPRING, AUTUMN, COMING)


@dataclass(frozen=True)
class Offer:
    """A course and when it runs."""

    code: str
    title: str
    provider: str
    form: F
    hours: str
    price: int
    runs: tuple[date, ...]
    ects: int = 0
    days: int = 1
    """Calendar days from the first to the last."""
    notice: int = 21
    """Days from the deadline to the start."""
    seats: int = 24
    per_group: bool = False
    cover_hours: str | None = None
    materials: int = 0
    travel: int = 0
    goal: bool = False
    mandatory: bool = False
    gives: str | None = None
    crowd: tuple[int, int] = (1, 2)
    """How many go together from one institution: from, to."""
    pull: float = 0.08
    """The share of institutions that send someone to a run."""


def _module(code: str, title: str, provider: str, ects: int, price: int, **more: object) -> Offer:
    hours = {5: "140", 10: "280", 15: "400"}[ects]
    return Offer(
        code=code,
        title=title,
        provider=provider,
        form=F.DIPLOMA_MODULE,
        hours=hours,
        price=price,
        runs=MODULE_RUNS,
        ects=ects,
        days=60 if ects == 5 else 100,
        notice=35,
        seats=28,
        **more,  # type: ignore[arg-type]  # the fields of Offer, named by the caller
    )


def _dates(*days: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


OFFERS = (
    _module("PD-101", "Pædagogisk viden og forskning", KP, 10, 12_000, materials=450),
    _module("PD-102", "Undersøgelse af pædagogisk praksis", KP, 5, 6_200, materials=250),
    _module("PD-115", "Afgangsprojekt", KP, 15, 18_500, pull=0.03),
    _module(
        "PD-121",
        "Tidlig indsats i dagtilbud i de første leveår for børn i udsatte positioner",
        ABSALON,
        10,
        11_900,
        materials=450,
        travel=600,
        gives="Tidlig indsats",
        goal=True,
        pull=0.14,
    ),
    _module(
        "PD-122",
        "Leg, kreativitet og læring",
        UC_SYD,
        10,
        11_500,
        travel=900,
        gives="Leg og æstetik",
    ),
    _module("PD-123", "Leg, kreativitet og æstetiske processer", KP, 10, 12_400, pull=0.05),
    _module("PD-124", "Didaktik", VIA, 10, 12_000, travel=900, pull=0.04),
    _module(
        "LD-105",
        "Faglig ledelse, evalueringskultur og kvalitetsudvikling i dagtilbud",
        KP,
        5,
        7_000,
        gives="Faglig ledelse",
        pull=0.05,
    ),
    Offer(
        "AK-201",
        "Kommunikation i praksis",
        UCL,
        F.ACADEMY_MODULE,
        "280",
        9_900,
        MODULE_RUNS,
        ects=10,
        days=100,
        notice=35,
        pull=0.03,
    ),
    Offer(
        "K-301",
        "KVALid Dialog",
        UCN,
        F.COURSE,
        "14.8",
        3_900,
        _dates("2026-03-17", "2026-10-06"),
        days=2,
        travel=400,
        gives="Relationsarbejde",
    ),
    Offer(
        "K-302",
        "Evalueringspædagog",
        KP,
        F.COURSE,
        "37",
        9_500,
        _dates("2026-03-02", "2026-09-14", "2027-03-01"),
        days=40,
        goal=True,
        gives="Evaluering med data",
    ),
    Offer(
        "K-303",
        "KIDS-observatør",
        DPF,
        F.COURSE,
        "22.2",
        7_800,
        _dates("2026-04-13", "2026-10-19", "2027-04-12"),
        days=3,
        materials=300,
        gives="KIDS-observation",
    ),
    Offer(
        "K-304",
        "Børns tidlige sprog",
        KOMPONENT,
        F.COURSE,
        "22.2",
        4_500,
        _dates("2026-03-10", "2026-05-19", "2026-09-22", "2026-12-08", "2027-03-09"),
        days=3,
        goal=True,
        gives="Sprogvejledning",
        crowd=(1, 3),
    ),
    Offer(
        "K-305",
        "Førstehjælp til børn",
        KOMPONENT,
        F.COURSE,
        "7.4",
        950,
        _dates("2026-02-24", "2026-04-21", "2026-09-08", "2026-11-10", "2026-12-15", "2027-02-16"),
        mandatory=True,
        gives="Førstehjælp til børn",
        crowd=(2, 4),
        notice=14,
        pull=0.14,
    ),
    Offer(
        "T-401",
        "Temadag: Sprog i hverdagens rutiner",
        CONSULTANTS,
        F.THEME_DAY,
        "7.4",
        14_000,
        _dates("2026-04-16", "2026-10-15", "2027-04-15"),
        per_group=True,
        goal=True,
        crowd=(4, 7),
        seats=60,
        gives="Sprogvejledning",
        pull=0.06,
    ),
    Offer(
        "T-402",
        "Pædagogisk dag: Børnefællesskaber",
        CONSULTANTS,
        F.PEDAGOGICAL_DAY,
        "7.4",
        8_000,
        _dates("2026-05-07", "2026-11-05"),
        per_group=True,
        crowd=(5, 8),
        seats=60,
        pull=0.05,
    ),
    Offer(
        "V-501",
        "Videofeedback på egen praksis",
        CONSULTANTS,
        F.VIDEO_FEEDBACK,
        "12",
        1_200,
        _dates("2026-03-03", "2026-09-01", "2027-03-02"),
        days=45,
        gives="Relationsarbejde",
        crowd=(2, 3),
    ),
    Offer(
        "V-502",
        "Aktionslæring om legefællesskaber",
        UCL,
        F.ACTION_LEARNING,
        "30",
        6_400,
        _dates("2026-03-23", "2026-09-21"),
        days=75,
        goal=True,
        gives="Leg og æstetik",
        crowd=(2, 3),
        pull=0.06,
    ),
    Offer(
        "V-503",
        "Netværk for sprogvejledere",
        CONSULTANTS,
        F.NETWORK,
        "15",
        0,
        _dates("2026-02-10", "2026-09-15"),
        days=60,
        pull=0.1,
    ),
    Offer(
        "V-504",
        "Sidemandsoplæring i småbørnspædagogik",
        CONSULTANTS,
        F.SIDE_BY_SIDE,
        "15",
        0,
        _dates("2026-04-07", "2026-10-12"),
        days=20,
        cover_hours="7.5",
        pull=0.06,
    ),
    Offer(
        "O-601",
        "Oplæg: Krop og bevægelse i leg",
        KOMPONENT,
        F.LECTURE,
        "3",
        650,
        _dates("2026-05-28", "2026-11-17"),
        crowd=(2, 4),
        notice=7,
        seats=80,
        pull=0.1,
    ),
    Offer(
        "E-701",
        "E-læring: Underretning og tidlig opsporing",
        KOMPONENT,
        F.E_LEARNING,
        "6",
        400,
        _dates("2026-03-01", "2026-10-01", "2026-12-01"),
        days=30,
        notice=1,
        seats=200,
        mandatory=True,
        crowd=(2, 5),
        pull=0.08,
    ),
)
