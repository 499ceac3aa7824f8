"""Whatever is killed, nothing is lost and nothing happens twice.

One trial, looked at from several sides. CHAOS_SEED repeats the choices of an earlier one.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections import Counter

import pytest

from tests.chaos import trial
from tests.chaos.house import KINDS, WITH_CHILDREN
from tests.chaos.judge_jobs import OLDEST_ALLOWED
from tests.chaos.killing import OF_EACH_KIND

pytestmark = pytest.mark.chaos

KILLS = 20
FEWEST_APPROVALS, FEWEST_JOBS = 20, 20
"""Far fewer than there are on two free cores: a busy machine must not make the proof red, and an
idle load must not make it green."""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> trial.Result:
    seed = int(os.environ.get("CHAOS_SEED") or secrets.randbelow(10**6))
    found = trial.run(tmp_path_factory.mktemp("chaos"), kills=KILLS, seed=seed)
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        sys.stdout.write(f"\n{found.summary()}\n")
    return found


def test_whatever_is_killed_nothing_is_lost_and_nothing_happens_twice(result):
    assert result.findings == [], result.log[-5000:]


def test_every_kind_was_killed_in_the_middle_of_work(result):
    kinds = Counter(kill.kind for kill in result.kills)
    assert sum(kinds.values()) == KILLS
    assert all(kinds[kind] >= OF_EACH_KIND for kind in KINDS), kinds
    children = Counter(kill.kind for kill in result.kills if kill.part == "child")
    assert all(children[kind] for kind in WITH_CHILDREN), children
    assert sum(kill.requests > 0 or kill.jobs > 0 for kill in result.kills) > KILLS / 2
    assert result.of("approve") >= FEWEST_APPROVALS
    assert sum(result.jobs.values()) >= FEWEST_JOBS


def test_no_job_waited_for_a_minute(result):
    assert result.looks > 0
    assert result.oldest < OLDEST_ALLOWED


def test_control_the_judge_names_every_fault_it_is_shown(result):
    assert result.unseen == []


def test_nothing_is_left_running(result):
    assert result.exit_code == 0
    assert result.left == {}
