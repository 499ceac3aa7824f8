"""Words that may stand in one place only."""

from __future__ import annotations

import ast
import re

from tests.house.source import ROOT, name, python_files, room_files, tree


def _lines(pattern: str, *packages: str, allowed: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in python_files(*packages):
        if name(path) in allowed:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{name(path)}:{number}: {line.strip()}")
    return found


def test_only_the_unit_of_work_commits():
    # `budgets.commit` is a verb of the domain: it turns a reservation into a commitment.
    found = _lines(r"(?<!budgets)\.commit\(", "tenant_app", "admin", "jobs", "config")
    assert not found, f"Return, and let the door commit: {found}"
    text = (ROOT / "tenant_app/core/uow.py").read_text()
    assert text.count("session.begin()") == 2, "the two ways in are the only commits"


def test_the_tenant_is_named_below_the_rooms_only():
    allowed_rooms = {"tenancy", "provisioning"}
    found = []
    for room, path in room_files():
        if room in allowed_rooms:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("#")[0]
            if "tenant_id" in code and "ctx.tenant_id" not in code:
                found.append(f"{name(path)}:{number}: {line.strip()}")
    assert not found, f"The fence knows the tenant; the room need not: {found}"


def test_the_fence_is_raised_in_one_place():
    pattern = r"SET (LOCAL |SESSION )?app\.|set_config\(|SET LOCAL \{"
    found = _lines(
        pattern, "tenant_app", "admin", "jobs", "config", allowed=("tenant_app/core/fence.py",)
    )
    assert not found, f"Open a unit of work instead: {found}"


def test_rooms_do_not_ask_the_clock():
    found = []
    for _, path in room_files():
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("now", "utcnow", "today")
                and isinstance(node.value, ast.Name)
                and node.value.id in ("datetime", "date", "clock")
            ):
                found.append(f"{name(path)}:{node.lineno}")
    assert not found, f"Use ctx.now or ctx.today: {found}"


def test_services_take_the_context_first():
    wrong = []
    for _, path in room_files("service"):
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            first = node.args.args[0].arg if node.args.args else ""
            if first not in ("ctx", "vendor", "session", "database"):
                wrong.append(f"{name(path)}:{node.lineno} {node.name}({first})")
    assert not wrong, f"ctx first, the rest by keyword: {wrong}"


def test_relationships_point_down_and_never_load_by_themselves():
    assert not _lines(r"backref|back_populates", "tenant_app", "admin", "jobs")
    lazy = []
    for path in python_files("tenant_app"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "relationship":
                words = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
                if words.get("lazy") != "raise" or not words.get("viewonly"):
                    lazy.append(f"{name(path)}:{node.lineno}")
    assert not lazy, f'Say lazy="raise", viewonly=True and load what you show: {lazy}'


def test_rules_are_pure():
    impure = []
    for _, path in room_files("rules"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                if node.module.split(".")[0] in ("sqlalchemy", "flask", "redis", "rq"):
                    impure.append(f"{name(path)}: {node.module}")
                if node.module.endswith(("context", "uow", "queries", "service")):
                    impure.append(f"{name(path)}: {node.module}")
    assert not impure, f"A rule can be said without saying “database”: {impure}"


def test_money_is_never_a_float():
    found = _lines(r"\bfloat\(", "tenant_app/budgets", "tenant_app/enrolments", "tenant_app/core")
    assert not found, f"Whole øre, or Decimal: {found}"
