"""Each job that is asked for exists, and each that exists is asked for or on the timetable."""

from __future__ import annotations

import re

import jobs.everything  # noqa: F401 - imports every module with jobs, so that all are registered
from jobs.registry import JOBS
from tests.house.source import python_files

NAME = re.compile(r"[\"'](jobs\.\w+\.\w+)[\"']")


def _asked_for() -> set[str]:
    found: set[str] = set()
    for path in python_files("tenant_app", "jobs", "admin"):
        found |= set(NAME.findall(path.read_text(encoding="utf-8")))
    return found - {"jobs.runner.run"}


def test_each_name_exists():
    missing = _asked_for() - set(JOBS)
    assert not missing, f"No @tenant_job has this name: {missing}"


def test_each_job_is_asked_for():
    idle = set(JOBS) - _asked_for()
    assert not idle, f"Put it on the timetable, or delete it: {idle}"
