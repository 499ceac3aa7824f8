"""`roedtraad jobs`."""

from __future__ import annotations

from click.testing import CliRunner
from sqlalchemy import text

from jobs import schedule
from tenant_app.cli import main


def roedtraad(house, *arguments):
    return CliRunner().invoke(main, arguments, obj=house, catch_exceptions=False)


def test_drain_does_what_waits_and_what_the_timetable_owes(house, town, ask, effects, row):
    waiting = [ask("tests.jobs.practice.mark", name="drained", ring=False) for _ in range(3)]

    answer = roedtraad(house, "jobs", "drain")

    assert "done" in answer.output
    assert all(row(key).done_at is not None for key in waiting)
    assert effects("drained") == 3
    with town.as_system() as ctx:
        owed = "unique_key LIKE 'timetable:%' AND done_at IS NOT NULL"
        done = ctx.session.scalars(text(f"SELECT job FROM outbox WHERE {owed}"))
        assert set(done) == {line.job for line in schedule.TIMETABLE}
        reports = ctx.session.scalars(text("SELECT kind FROM report_runs"))
        assert set(reports) == {"coverage"}  # there is no budget year to report usage of


def test_draining_again_does_nothing_again(house, town, ask, effects):
    ask("tests.jobs.practice.mark", name="once", ring=False)
    roedtraad(house, "jobs", "drain")
    roedtraad(house, "jobs", "drain")

    assert effects("once") == 1


def test_a_failed_job_is_told_and_listed(house, town, ask):
    ask("jobs.gone.tomorrow", ring=False)

    answer = roedtraad(house, "jobs", "drain")
    listed = roedtraad(house, "jobs", "list", "--limit", "10000").output

    assert answer.exit_code == 1
    assert "jobs list" in answer.output
    assert town.slug in listed
    assert "jobs.gone.tomorrow" in listed
