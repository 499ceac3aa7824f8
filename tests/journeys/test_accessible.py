"""Every page of the house as every kind of role: axe-core finds nothing, and it fits a phone.

The list of pages is generated from the URL map, see `pages.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from config.settings import Settings
from config.wsgi import build
from tenant_app.core.uow import Database
from tests.doors.knocking import House
from tests.doors.place import Place
from tests.doors.rows import KEYS
from tests.doors.test_vendor import Vendor
from tests.journeys import axe
from tests.journeys.pages import CALLERS, WITHOUT_PAGE, Page, Walk, get_endpoints, unseen
from tests.journeys.serving import serving
from tests.journeys.visitor import DESKTOP, PHONE, Watch

SEND_EMPTY = """
() => {
  const form = [...document.querySelectorAll("main form[method=post]")]
    .find((each) => each.querySelector("[required]"));
  for (const each of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (each.type === "checkbox" || each.type === "radio") each.checked = false;
    else each.value = "";
  }
  HTMLFormElement.prototype.submit.call(form);
}
"""
SEND = """
([url, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: url});
  const token = document.querySelector("[name=csrf_token]").value;
  for (const [name, value] of [["csrf_token", token], ...fields]) {
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  }
  document.body.append(form);
  form.submit();
}
"""
Come = Callable[[str], Tab]


@pytest.fixture(scope="module")
def walk(served: Settings) -> Iterator[Walk]:
    """A municipality with something of everything, and everybody at its doors."""
    database = Database(served.database_app_url, served.database_vendor_url, pool_size=20)
    place = Place(database, "T1")
    place.fill(KEYS)
    house = House(build(served, database), {"T1": place})
    yield Walk(house, place, Vendor(database, place.slug))
    database.dispose()


@pytest.fixture(scope="module")
def address(walk: Walk) -> Iterator[str]:
    """Where a browser finds it."""
    with serving(walk.house.app) as at:
        yield at


@pytest.fixture
def come(walk: Walk, chromium: Browser, address: str) -> Iterator[Come]:
    """A browser that is signed in: `come("admin")`."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def sit_down(name: str) -> Tab:
        context = chromium.new_context(base_url=address, reduced_motion="reduce", locale="da-DK")
        contexts.append(context)
        watch.over(context)
        if name:
            kept = {"name": "roedtraad", "value": walk.cookie(name), "url": address}
            context.add_cookies([kept])  # type: ignore[list-item]  # a TypedDict, spelled out
        return context.new_page()

    yield sit_down
    for context in contexts:
        context.close()
    assert watch.seen == []  # no page as any role breaks the content policy either


def wrong_with(tab: Tab, name: str, *, fully: bool = True) -> dict[str, list[str]]:
    """What is wrong with the page that is open: fully, in light, in dark and on a phone; else all
    that has nothing to do with colours and room."""
    axe.add_axe(tab)
    if not fully:
        lines = axe.look(tab, axe.STRUCTURE)
        return {name: lines} if lines else {}
    found = {f"{name}, light": axe.look(tab, axe.EVERYTHING)}
    tab.emulate_media(color_scheme="dark")
    found[f"{name}, dark"] = axe.look(tab, axe.COLOURS)
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": PHONE, "height": 844})
    found[f"{name}, phone"] = axe.look(tab, axe.TARGETS) + axe.too_wide(tab)
    tab.set_viewport_size({"width": DESKTOP, "height": 900})
    return {where: lines for where, lines in found.items() if lines}


def test_every_url_shows_a_page_or_says_why_not(walk: Walk) -> None:
    known = get_endpoints(walk.house.app)

    missing = unseen(known, walk.pages)
    assert not missing, f"Nobody sees a page of {sorted(missing)}; if that is right, say why"
    shown = {page.endpoint for page in walk.pages}
    assert not set(WITHOUT_PAGE) - known, "a reason for a URL that is not there any more"
    assert not set(WITHOUT_PAGE) & shown, "a reason for having no page, and a page"


def test_a_url_without_a_page_would_be_found() -> None:
    """The control: a new screen that nobody looks at, and one that is a download."""
    seen = [Page("units.index_view", "admin", "/admin/units/")]
    assert unseen({"units.index_view", "new.index", "new.export"}, seen) == {"new.index"}


PARTS = {"admin": 4, "area_north": 2, "support": 2}
"""Roles with so many pages that several test processes share them."""


@pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name in CALLERS for part in range(PARTS.get(name, 1))]
)
def test_axe_finds_nothing_wrong(walk: Walk, come: Come, name: str, part: int) -> None:
    tab, wrong = come(name), {}
    pages = walk.to_look_at(name)
    assert len(pages) >= PARTS.get(name, 1), "hardly anything to look at"
    for page in pages[part :: PARTS.get(name, 1)]:
        answer = tab.goto(page.url)
        assert answer is not None
        assert answer.status == 200, page.name
        # Colours and room are the template's, whoever reads it: looked at with its first reader.
        wrong |= wrong_with(tab, page.name, fully=walk.is_first(page))
    assert not wrong, "\n" + axe.listed(wrong)


@pytest.mark.parametrize("part", range(3))
def test_axe_finds_nothing_wrong_with_forms_that_were_refused(
    walk: Walk, come: Come, part: int
) -> None:
    """Each form sent empty: what it says then, and how that is tied to its fields."""
    forms = walk.forms()
    assert len(forms) > 20
    forms = forms[part::3]
    tabs = {page.caller: come(page.caller) for page in forms}
    wrong: dict[str, list[str]] = {}
    for number, page in enumerate(forms):
        tab = tabs[page.caller]
        tab.goto(page.url)
        with tab.expect_navigation() as answered:
            tab.evaluate(SEND_EMPTY)
        assert answered.value is not None
        assert answered.value.status == 422, f"{page.name} answered {answered.value.status}"
        # A refusal looks alike in every form: its colours and room are judged in some of them.
        wrong |= wrong_with(tab, f"{page.name}, sent empty", fully=number % 4 == 0)
    assert not wrong, "\n" + axe.listed(wrong)


def test_axe_finds_nothing_wrong_with_what_buttons_answer(walk: Walk, come: Come) -> None:
    """Pages that no address leads to: a link shown once, a key shown once, how answers went."""
    acts = walk.acts()
    assert {"users.verb_invite", "profile.verb_token", "vendor.verb_support", "inbox.index"} <= {
        act.endpoint for act in acts
    }
    tabs = {act.caller: come(act.caller) for act in acts}
    wrong: dict[str, list[str]] = {}
    for act in acts:
        tab = tabs[act.caller]
        tab.goto(act.url)
        with tab.expect_navigation() as answered:
            tab.evaluate(SEND, [act.url, act.fields])
        assert answered.value is not None
        assert answered.value.status == 200, f"{act.endpoint} answered {answered.value.status}"
        wrong |= wrong_with(tab, f"{act.endpoint}, sent")
    assert not wrong, "\n" + axe.listed(wrong)


def test_axe_finds_nothing_wrong_with_an_import_and_a_request_before_they_are_sent(
    walk: Walk, come: Come
) -> None:
    """The steps between choosing and sending."""
    wrong: dict[str, list[str]] = {}
    admin = come("admin")
    for lines in (
        "enhedsnummer;navn;type;overordnet;fra_dato\nN-9;Ny;institution;;01-01-2027\n",
        "enhedsnummer;navn;type;overordnet;fra_dato\n;;slot;;i morgen\n",
    ):
        admin.goto("/admin/imports/")
        admin.locator("[name=kind]").select_option("units")
        file = {"name": "enheder.csv", "mimeType": "text/csv", "buffer": lines.encode()}
        admin.locator("[name=file]").set_input_files(file)  # type: ignore[arg-type]  # a TypedDict
        with admin.expect_navigation():
            admin.locator("main form[method=post] [type=submit]").first.click()
        wrong |= wrong_with(admin, f"imports.check of {lines[43:60]!r}")
    leader = come("leader_n1")
    session, person = walk.place.the("session"), walk.place.the("employee")
    for more in (f"&p={person}", f"&p={person}&step=confirm"):
        leader.goto(f"/admin/browse/request/?session={session}{more}")
        wrong |= wrong_with(leader, f"browse.request_page{more}")
    assert not wrong, "\n" + axe.listed(wrong)


def test_axe_finds_nothing_wrong_with_pages_that_say_no(walk: Walk, come: Come) -> None:
    wrong: dict[str, list[str]] = {}
    for name, url, status in (
        ("", "/nowhere", 404),
        ("admin", "/admin/nowhere/", 404),
        ("ped_n1", "/admin/settings/", 403),
        ("vendor_support", "/vendor/staff/", 403),
    ):
        tab = come(name)
        answer = tab.goto(url)
        assert answer is not None
        assert answer.status == status, url
        wrong |= wrong_with(tab, f"{url} ({status})")
    assert not wrong, "\n" + axe.listed(wrong)


BROKEN = """
() => {
  const put = (tag, facts) => document.querySelector("main").append(
    Object.assign(document.createElement(tag), facts));
  put("img", {src: document.querySelector("link[rel=icon]").href});
  put("input", {type: "text"});
  const pale = document.createElement("p");
  pale.textContent = "pale";
  pale.style.color = "#999";
  pale.style.background = "#888";
  document.querySelector("main").append(pale);
  const wide = document.createElement("div");
  wide.textContent = "wide";
  wide.style.width = "3000px";
  document.body.append(wide);
}
"""


def test_a_page_with_faults_would_be_found(come: Come) -> None:
    """The control: an image without text, a field without label, pale text, and a wide box."""
    tab = come("")
    tab.goto("/sign-in")
    tab.evaluate(BROKEN)

    wrong = wrong_with(tab, "broken")
    rules = {line.split(":")[0] for lines in wrong.values() for line in lines}
    assert {"image-alt", "label", "color-contrast", "sticks out"} <= rules
    assert any(line.startswith("color-contrast") for line in wrong["broken, dark"])
