"""Two leaders who say yes at once confirm together; two who make an initiative make one."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from tenant_app.cooperation import queries
from tenant_app.cooperation import service as cooperation
from tenant_app.cooperation.models import ClusterState, SharedNeedCluster
from tenant_app.core.errors import Conflict
from tenant_app.initiatives.models import Initiative
from tenant_app.needs import service as needs
from tests.cooperation.conftest import CLOAKROOM, Sharing


@pytest.fixture
def sharing(town):
    return Sharing(town)


def at_once(*works):
    """Each in a thread of its own, begun together; what each raised."""
    gate = threading.Barrier(len(works))
    raised = []

    def run(work):
        gate.wait()
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def say(sharing, unit, cluster_id, meanwhile=None):
    """The leader's yes; `meanwhile` is done before the unit of work ends."""
    with sharing.town.as_user(f"leader_{unit}") as ctx:
        cooperation.answer(ctx, cluster_id, institution_id=sharing.town.units[unit], joins=True)
        if meanwhile is not None:
            meanwhile()


def test_two_who_say_yes_at_once_confirm(sharing):
    cluster_id = sharing.cloakroom()
    for _again in range(3):
        raised = at_once(
            lambda: say(sharing, "n1", cluster_id), lambda: say(sharing, "s1", cluster_id)
        )
        assert raised == []
    assert sharing.row(cluster_id).state is ClusterState.CONFIRMED
    assert sharing.trail().count("cooperation.confirmed") == 1


def test_control_without_the_lock_neither_counts_the_other(sharing, monkeypatch):
    def unlocked(ctx, cluster_id, scope):
        return ctx.session.scalars(
            select(SharedNeedCluster).where(SharedNeedCluster.id == cluster_id, scope)
        ).one_or_none()

    monkeypatch.setattr(queries, "cluster_to_change", unlocked)
    cluster_id = sharing.cloakroom()
    both = threading.Barrier(2)
    raised = at_once(
        lambda: say(sharing, "n1", cluster_id, both.wait),
        lambda: say(sharing, "s1", cluster_id, both.wait),
    )
    assert raised == []
    assert len(sharing.answers()) == 2
    assert sharing.row(cluster_id).state is ClusterState.SUGGESTED


def test_two_who_accept_at_once_make_one_initiative(sharing):
    cluster_id = sharing.confirmed(qualified=True)

    def accept(who):
        with sharing.town.as_user(who) as ctx:
            cooperation.accept(ctx, cluster_id, title="Ro i garderoben")

    raised = at_once(lambda: accept("admin"), lambda: accept("consultant"))
    assert [type(error) for error in raised] == [Conflict]
    with sharing.town.as_system() as ctx:
        assert len(ctx.session.scalars(select(Initiative.id)).all()) == 1


def test_two_searches_at_once_suggest_each_need_once(sharing):
    sharing.need("n1", "Konflikter i garderoben")
    sharing.need("s1", "Mange konflikter i garderoben")
    assert at_once(sharing.search, sharing.search) == []
    assert len(sharing.clusters()) == 1


def test_a_search_and_a_merge_at_once_do_not_wait_for_each_other(sharing, monkeypatch):
    """Both lock the needs before the cluster; otherwise each would hold what the other wants."""
    cluster_id = sharing.cloakroom()
    [mine] = [
        n for n in sharing.inside(cluster_id) if sharing.needing.row(n).title == CLOAKROOM["n1"]
    ]
    coming = sharing.need("n1", "Konflikter i garderoben ved hentetid")
    holds = threading.Event()
    lock = queries.clusters_to_change

    def slowly(ctx, *wanted):
        found = lock(ctx, *wanted)
        if not holds.is_set():
            holds.set()
            time.sleep(1)  # the merge takes its needs meanwhile
        return found

    def merge():
        assert holds.wait(10)
        with sharing.town.as_user("leader_n1") as ctx:
            needs.merge(ctx, mine, into_id=coming)

    monkeypatch.setattr(queries, "clusters_to_change", slowly)
    assert at_once(sharing.search, merge) == []
    assert coming in sharing.inside(cluster_id)
    assert mine not in sharing.inside(cluster_id)
