"""Imports point downward; a room's queries stay at home; no file outgrows a reader."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOMS, ROOT, name, python_files, room_files, tree

LONGEST = 400


def test_imports_point_downward():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"Move the code down a room, or pass a value up:\n{done.stdout}"


def test_queries_are_used_at_home_only():
    guests = []
    for path in python_files("tenant_app", "admin", "jobs"):
        parts = path.relative_to(ROOT).parts
        home = parts[1] if parts[0] == "tenant_app" else parts[0]
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module:
                words = [*node.module.split("."), *(alias.name for alias in node.names)]
                if words[0] == "tenant_app" and "queries" in words and words[1] != home:
                    guests.append(f"{name(path)} imports {node.module}")
    assert not guests, f"Ask the room's service instead: {guests}"


def test_no_file_outgrows_a_reader():
    long = [
        f"{name(path)}: {lines}"
        for path in python_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    ]
    assert not long, f"Make it a package, one file per story: {long}"


def test_imports_stand_at_the_top():
    inner = []
    for path in python_files("tenant_app", "admin", "jobs", "config"):
        for function in ast.walk(tree(path)):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                inner += [
                    f"{name(path)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Import | ast.ImportFrom)
                ]
    assert not inner, f"An arrow points the wrong way; move the code down: {inner}"


def test_every_room_has_a_sign_on_its_door():
    bare = [
        room
        for room in ROOMS
        if not ast.get_docstring(tree(ROOT / "tenant_app" / room / "__init__.py"))
    ]
    assert not bare, f"Say in __init__.py what the room is for: {bare}"


def test_flask_stays_at_the_doors():
    inside = []
    for room, path in room_files():
        if path.name == "api.py" or "api" in path.parts:
            continue
        for node in ast.walk(tree(path)):
            module = getattr(node, "module", None) or ""
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [module]
            if any(word.split(".")[0].startswith("flask") for word in names):
                inside.append(f"{room}: {name(path)}")
    assert not inside, f"Pass a value instead of the request: {inside}"
