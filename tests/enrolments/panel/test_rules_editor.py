"""Funding rules are edited and tried in the panel, without JavaScript."""

from __future__ import annotations

import html
import re

from sqlalchemy import func, select

from tenant_app.budgets import service as budgets
from tenant_app.budgets.models import FundingRuleSet, PoolKind
from tenant_app.core.money import kroner
from tests.enrolments.conftest import ECTS_RULES

SET, TRY = "/admin/funding-rules/set/", "/admin/funding-rules/try/"


def fields_of(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the form: text fields, ticked boxes, chosen options."""
    found = []
    form = page.split('class="verb-form', 1)[1].split("</form>")[0]
    for tag in re.finditer(r"<input\b[^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag[0]))
        if attrs.get("type") in {"checkbox", "radio"} and " checked" not in tag[0]:
            continue
        if "name" in attrs:
            found.append((attrs["name"], html.unescape(attrs.get("value", ""))))
    for select_ in re.finditer(r"<select\b([^>]*)>(.*?)</select>", form, re.DOTALL):
        name = re.search(r'name="([^"]*)"', select_[1])[1]
        chosen = re.search(r'<option selected value="([^"]*)"', select_[2])
        first = re.search(r'<option[^>]*value="([^"]*)"', select_[2])
        found.append((name, (chosen or first)[1] if (chosen or first) else ""))
    for area in re.finditer(r"<textarea\b([^>]*)>(.*?)</textarea>", form, re.DOTALL):
        found.append((re.search(r'name="([^"]*)"', area[1])[1], html.unescape(area[2]).strip()))
    return found


def sent(door, page: str, do: str, **changed: str):
    """The form of the page is sent with this button; `__` in a name stands for `-`."""
    new = {name.replace("__", "-"): value for name, value in changed.items()}
    data: dict[str, list[str]] = {}
    for name, value in fields_of(page):
        if name not in new and name != "csrf_token":
            data.setdefault(name, []).append(value)
    return door.post(SET, {**data, **new, "do": do})


def names(page: str) -> list[str]:
    return [
        html.unescape(found)
        for found in re.findall(r'name="rules-\d+-name"[^>]*value="([^"]*)"', page)
    ]


def versions(town) -> int:
    with town.as_system() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(FundingRuleSet)) or 0


def newest(town) -> FundingRuleSet:
    with town.as_user("admin") as ctx:
        return budgets.rules_versions(ctx).items[0]


def test_rules_are_added_moved_and_removed_and_nothing_is_stored_until_saved(town, school, browser):
    door = browser("admin")
    first = door.get(SET).text
    assert names(first) == ["ECTS", "Own choice"]
    added = sent(door, first, "add-rules")
    assert added.status_code == 200
    # Before the rule that matches all the rest; after it, a new one would be refused.
    assert names(added.text) == ["ECTS", "", "Own choice"]
    assert re.search(r'id="rules-1" class="rule" data-here', added.text)
    moved = sent(
        door,
        added.text,
        "up-rules-1",
        rules__1__name="Vi hjælpes",
        rules__1__institutions_at_least="2",
        rules__1__fee_central="tres",  # what cannot be read is kept as it was typed
    )
    assert names(moved.text) == ["Vi hjælpes", "ECTS", "Own choice"]
    assert 'value="tres"' in moved.text
    moved = sent(door, moved.text, "down-rules-0")
    assert names(moved.text) == ["ECTS", "Vi hjælpes", "Own choice"]
    removed = sent(door, moved.text, "remove-rules-0")
    assert names(removed.text) == ["Vi hjælpes", "Own choice"]
    assert names(sent(door, removed.text, "down-rules-0").text) == ["Own choice", "Vi hjælpes"]
    assert names(sent(door, removed.text, "up-rules-99").text) == ["Vi hjælpes", "Own choice"]
    assert versions(town) == 1


def test_every_fact_can_be_a_condition_and_comes_back_as_it_was_saved(town, school, browser):
    when = {
        "ects_over": 0,
        "ects_at_most": 7.5,
        "amount_over": kroner(1_000),
        "amount_at_most": kroner(20_000),
        "institutions_at_least": 2,
        "institutions_at_most": 5,
        "form_in": ["course", "diploma_module"],
        "provider_kind": "municipal",
        "position_in": ["pedagogue", "leader"],
        "municipal_goal": True,
        "mandatory": False,
        "weak_economy": False,
        "ects_at_least": 5,  # no field of its own: kept beside them
    }
    rules = [{"name": "Alt på én gang", "when": when, "shares": ECTS_RULES[0]["shares"]}]
    with town.as_user("admin") as ctx:
        budgets.set_rules(ctx, rules, valid_from=ctx.today)
    door = browser("admin")
    page = door.get(SET).text
    saved = sent(door, page, "save", note="Uændret")
    assert saved.status_code == 302
    made = newest(town)
    assert made.version == 3
    assert made.rules[0]["when"] == when
    assert made.note == "Uændret"
    shown = html.unescape(door.get(f"/admin/funding-rules/details/?id={made.id}").text)
    assert "Form: Kursus eller Diplommodul" in shown
    assert "Pris over (kr.): 1.000,00" in shown
    assert "Obligatorisk: nej" in shown
    assert "Reglerne er de samme" in shown
    assert "Uændret" in shown


def test_the_history_says_who_why_and_what_changed(town, school, browser):
    door = browser("admin")
    sent(
        door,
        door.get(SET).text,
        "save",
        rules__0__fee_central="60",
        rules__0__fee_institution="40",
        note="Aftalt med områdelederne",
    )
    made = newest(town)
    listed = html.unescape(door.get("/admin/funding-rules/").text)
    assert made.made_by in listed
    shown = html.unescape(door.get(f"/admin/funding-rules/details/?id={made.id}").text)
    assert "Aftalt med områdelederne" in shown
    assert "»ECTS«, Deltagergebyr: Central 100 % er nu Central 60 %, Institution 40 %." in shown


def test_shadowed_rules_shares_over_100_and_unknown_pools_are_refused(town, school, browser):
    door = browser("admin")
    page = door.get(SET).text
    up = sent(door, page, "up-rules-1").text  # the one that matches all comes first
    checked = sent(door, up, "check")
    assert "Regel 2 »ECTS« kan aldrig passe" in html.unescape(checked.text)
    refused = sent(door, up, "save")
    assert refused.status_code == 422
    assert "Regel 2 »ECTS« kan aldrig passe" in html.unescape(refused.text)
    over = sent(door, page, "save", rules__0__fee_institution="30")
    assert over.status_code == 422
    assert "giver 130 % tilsammen" in html.unescape(over.text)
    assert versions(town) == 1


def test_overlap_is_warned_of_and_can_be_saved(town, school, browser):
    door = browser("admin")
    page = sent(door, door.get(SET).text, "add-rules").text
    page = sent(
        door,
        page,
        "check",
        rules__1__name="Mål",
        rules__1__municipal_goal="yes",
        **{f"rules__1__{line}_central": "100" for line in ("fee", "cover", "materials", "travel")},
    ).text
    checked = html.unescape(sent(door, page, "check").text)
    assert "Regel 1 »ECTS« og regel 2 »Mål« kan begge passe" in checked
    assert "Reglerne kan gemmes. Intet er gemt endnu." in checked
    assert sent(door, page, "save").status_code == 302
    assert [rule["name"] for rule in newest(town).rules] == ["ECTS", "Mål", "Own choice"]


def test_a_draft_is_tried_in_the_editor_and_the_saved_rules_on_their_own_page(
    town, school, browser, start
):
    """Must show 1, in the panel."""
    session = str(school.session(starts_on=start, deadline=start))
    with town.as_user("admin") as ctx:
        budgets.open_named_pool(
            ctx, year_of(ctx, start), kind=PoolKind.EARMARKED, code="STAT", name="Statspuljen"
        )
    door = browser("admin")
    asks = {"try_words": "ped_n1_1", "try_session": session}
    before = html.unescape(door.post(TRY, asks).text)
    assert "Fordi regel 1 »ECTS« i version 1 passer." in before
    assert "12.000,00 kr" in before
    page = door.get(SET).text
    assert "Statspuljen" in page
    draft = sent(door, page, "try", rules__0__fee_central="", rules__0__fee_pool_STAT="100", **asks)
    said = html.unescape(draft.text)
    assert draft.status_code == 200
    assert "Fordi udkastets regel 1 »ECTS« passer." in said
    assert '<td data-label="Pulje">Statspuljen</td>' in said
    assert versions(town) == 1
    unmet = sent(door, page, "try", rules__0__ects_over="30", **asks)
    assert "ECTS over: 30 – her 10" in html.unescape(unmet.text)
    assert sent(door, draft.text, "save", try_words="").status_code == 302
    after = html.unescape(door.post(TRY, asks).text)
    assert "Fordi regel 1 »ECTS« i version 2 passer." in after
    assert "Statspuljen" in after


def year_of(ctx, day):
    return next(year.id for year in budgets.years(ctx).items if year.year == day.year)


def test_the_tester_asks_again_where_nobody_or_several_are_found(town, school, browser, start):
    session = str(school.session(starts_on=start, deadline=start))
    door = browser("admin")
    nobody = door.post(TRY, {"try_words": "xyzzy", "try_session": session})
    assert nobody.status_code == 422
    assert "Ingen medarbejder er fundet" in html.unescape(nobody.text)
    several = door.post(TRY, {"try_words": "ped_n1", "try_session": session})
    assert "Der er fundet flere. Vælg en." in html.unescape(several.text)
    chosen = door.post(
        TRY,
        {
            "try_words": "ped_n1",
            "try_session": session,
            "try_employee": str(town.employees["ped_n1_2"]),
        },
    )
    assert "Fordi regel 1" in html.unescape(chosen.text)
    assert "Vælg et kursus og et hold." in html.unescape(
        door.post(TRY, {"try_words": "ped_n1_1", "try_session": "x"}).text
    )
    assert browser("leader_n1").get(TRY).status_code == 403
