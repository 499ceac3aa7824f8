"""Which columns the tables have, and which words their cells may hold, in Danish and English."""

from __future__ import annotations

from tenant_app.budgets.models import CostLine
from tenant_app.catalogue.models import CourseForm, PriceKind, ProviderKind
from tenant_app.imports.models import ImportKind
from tenant_app.imports.table import Column
from tenant_app.organisation.models import Position, UnitKind

COLUMNS: dict[ImportKind, tuple[Column, ...]] = {
    ImportKind.UNITS: (
        Column("number", ("nummer", "enhedsnummer", "enhedsnr", "nr", "number", "unit number")),
        Column("name", ("navn", "enhedsnavn", "name")),
        Column("kind", ("type", "enhedstype", "kind")),
        Column(
            "parent_number",
            (
                "overordnet nummer",
                "overordnet",
                "overordnet nr",
                "overordnet enhed",
                "parent number",
                "parent",
            ),
        ),
        Column("from_date", ("fra dato", "gælder fra", "startdato", "from date", "from")),
        Column("weak_economy", ("svag økonomi", "weak economy"), required=False),
    ),
    ImportKind.EMPLOYEES: (
        Column(
            "number",
            (
                "medarbejdernummer",
                "medarbejdernr",
                "lønnummer",
                "tjenestenummer",
                "employee number",
                "number",
            ),
        ),
        Column("name", ("navn", "medarbejdernavn", "name")),
        Column("email", ("e-mail", "mail", "mailadresse"), required=False),
        Column(
            "unit_number", ("enhedsnummer", "enhedsnr", "enhed", "afdelingsnummer", "unit number")
        ),
        Column("position", ("stilling", "stillingsbetegnelse", "position")),
        Column("fte", ("FTE", "årsværk", "fuldtidsandel", "beskæftigelsesgrad"), required=False),
        Column(
            "hours",
            ("timer", "ugentlige timer", "timer pr uge", "hours", "weekly hours"),
            required=False,
        ),
        Column("from_date", ("fra dato", "gælder fra", "ansat fra", "startdato", "from date")),
    ),
    ImportKind.COURSES: (
        Column("code", ("kode", "forløbskode", "kursuskode", "code")),
        Column("title", ("titel", "navn", "title")),
        Column("provider", ("udbyder", "provider")),
        Column("provider_kind", ("udbydertype", "provider kind"), required=False),
        Column("form", ("form", "forløbsform")),
        Column("ects", ("ECTS", "ECTS-point"), required=False),
        Column("hours", ("timer", "hours")),
        Column("cover_hours", ("vikartimer", "cover hours"), required=False),
        Column("price", ("pris", "price")),
        Column("price_kind", ("pristype", "price kind")),
        Column("materials", ("materialer", "materials"), required=False),
        Column("travel", ("transport", "rejse", "travel"), required=False),
        Column("serves_municipal_goal", ("kommunalt mål", "municipal goal"), required=False),
        Column("is_mandatory", ("obligatorisk", "mandatory"), required=False),
    ),
    ImportKind.SCREENINGS: (
        Column("unit_number", ("enhedsnummer", "enhedsnr", "enhed", "unit number")),
        Column("tool", ("redskab", "screeningsredskab", "tool")),
        Column("held_on", ("dato", "screeningsdato", "date")),
        Column("area", ("område", "area")),
        Column("score", ("score", "resultat", "værdi")),
        Column("observations", ("observationer", "antal observationer", "observations")),
    ),
    ImportKind.FIGURES: (
        Column("unit_number", ("enhedsnummer", "enhedsnr", "enhed", "unit number")),
        Column("from_date", ("fra dato", "gælder fra", "from date")),
        Column("children_0_2", ("børn 0-2", "børn 0-2 år", "vuggestuebørn", "children 0-2")),
        Column("children_3_5", ("børn 3-5", "børn 3-5 år", "børnehavebørn", "children 3-5")),
        Column(
            "socio_index",
            ("socioøkonomisk indeks", "indeks", "socio-economic index", "index"),
            required=False,
        ),
    ),
    # The headers of the list of account strings: its own file is read again as it is.
    ImportKind.ACCOUNT_STRINGS: (
        Column("unit", ("enhedsnummer", "enhedsnr", "unit number")),
        Column("pool_code", ("puljekode", "pulje", "pool code", "pool"), required=False),
        Column("cost_line", ("hvad der betales", "udgift", "what is paid", "cost line")),
        Column("from_date", ("fra", "fra dato", "gælder fra", "from", "from date")),
        Column("account", ("kontostreng", "konto", "account string", "account")),
        Column("psp", ("PSP-element", "PSP", "PSP element"), required=False),
        Column("gln", ("EAN-nummer", "EAN", "GLN", "EAN number"), required=False),
    ),
}
NATURAL_KEY = {
    ImportKind.UNITS: ("number",),
    ImportKind.EMPLOYEES: ("number",),
    ImportKind.COURSES: ("code",),
    ImportKind.SCREENINGS: ("unit_number", "tool", "held_on", "area"),
    ImportKind.FIGURES: ("unit_number", "from_date"),
    ImportKind.ACCOUNT_STRINGS: ("unit", "pool_code", "cost_line", "from_date"),
}
"""The columns by which a row is known; an error of all of them stands at the last."""

COST_LINES = {
    CostLine.FEE: ("deltagergebyr", "gebyr", "course fee"),
    CostLine.COVER: ("vikardækning", "vikar", "replacement cover"),
    CostLine.MATERIALS: ("kursusmaterialer", "materialer", "course materials"),
    CostLine.TRAVEL: ("transportudgifter", "transport", "travel costs"),
}
UNIT_KINDS = {
    UnitKind.MUNICIPALITY: ("kommune", "municipality"),
    UnitKind.AREA: ("område", "distrikt", "area"),
    UnitKind.INSTITUTION: ("institution", "daginstitution", "dagtilbud", "børnehus"),
    UnitKind.HOUSE: ("hus", "afdeling", "matrikel", "house"),
}
POSITIONS = {
    Position.PEDAGOGUE: ("pædagog", "pedagogue"),
    Position.ASSISTANT: (
        "medhjælper",
        "pædagogmedhjælper",
        "pædagogisk assistent",
        "assistent",
        "assistant",
    ),
    Position.LEADER: ("leder", "daglig leder", "afdelingsleder", "institutionsleder", "leader"),
    Position.OTHER: ("andet", "anden", "øvrige", "other"),
}
FORMS = {
    CourseForm.COURSE: ("kursus", "course"),
    CourseForm.DIPLOMA_MODULE: ("diplommodul", "diploma module"),
    CourseForm.ACADEMY_MODULE: ("akademimodul", "academy module"),
    CourseForm.THEME_DAY: ("temadag", "theme day"),
    CourseForm.PEDAGOGICAL_DAY: ("pædagogisk dag", "pedagogical day"),
    CourseForm.LECTURE: ("oplæg", "foredrag", "lecture"),
    CourseForm.SIDE_BY_SIDE: ("sidemandsoplæring", "side by side"),
    CourseForm.SUPERVISION: ("supervision",),
    CourseForm.ACTION_LEARNING: ("aktionslæring", "action learning"),
    CourseForm.NETWORK: ("netværk", "network"),
    CourseForm.VIDEO_FEEDBACK: ("videofeedback", "video feedback"),
    CourseForm.E_LEARNING: ("e-læring", "e-learning"),
}
PRICE_KINDS = {
    PriceKind.PER_PERSON: ("pr. person", "pr. deltager", "per person"),
    PriceKind.PER_GROUP: ("pr. hold", "pr. gruppe", "per group"),
}
PROVIDER_KINDS = {
    ProviderKind.UNIVERSITY_COLLEGE: ("professionshøjskole", "university college"),
    ProviderKind.MUNICIPAL: ("kommunal", "municipal"),
    ProviderKind.PRIVATE: ("privat", "private"),
}
