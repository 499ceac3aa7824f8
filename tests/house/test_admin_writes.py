"""No screen writes through Flask-Admin's own create, update, delete, inline edit or actions."""

from __future__ import annotations

OWN_WRITES = {"create_view", "edit_view", "delete_view", "action_view", "ajax_update"}


def test_no_own_write_has_a_url(app):
    reachable = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[2] in OWN_WRITES
    ]
    assert not reachable, f"Make it a Verb that calls a service: {reachable}"


def test_no_ajax_lookup_is_open(app):
    reachable = [
        rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.endswith(".ajax_lookup")
    ]
    assert not reachable, f"Flask-Admin's lookup is unscoped: {reachable}"
