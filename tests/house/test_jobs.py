"""Each job that is asked for exists, and each that exists is asked for or on the timetable."""

from __future__ import annotations

import re

import admin.jobs
import jobs.everything  # noqa: F401 - imports every module with jobs, so that all are registered
from jobs.registry import FORMER, JOBS
from tests.house.source import name, python_files

NAME = re.compile(r"[\"'](jobs\.\w+\.\w+)[\"']")
NAMES_WITHOUT_ASKING = {"jobs/registry.py", "admin/jobs.py"}
"""They say what jobs were and are called, and start none."""


def _asked_for() -> set[str]:
    found: set[str] = set()
    for path in python_files("tenant_app", "jobs", "admin"):
        if name(path) not in NAMES_WITHOUT_ASKING:
            found |= set(NAME.findall(path.read_text(encoding="utf-8")))
    return found - {"jobs.runner.run"}


def test_each_name_exists():
    missing = _asked_for() - set(JOBS)
    assert not missing, f"No @tenant_job has this name: {missing}"


def test_each_job_is_asked_for():
    idle = set(JOBS) - _asked_for()
    assert not idle, f"Put it on the timetable, or delete it: {idle}"


def test_a_former_name_is_nobodys_today_and_leads_to_a_job():
    assert FORMER
    assert not set(FORMER) & set(JOBS), "A name in use is not a former one"
    lost = set(FORMER.values()) - set(JOBS)
    assert not lost, f"No @tenant_job does their work: {lost}"


def test_the_panel_has_a_label_for_each_name_an_outbox_can_hold():
    assert set(admin.jobs.JOBS) == set(JOBS) | set(FORMER)
