"""Forums: kept, met in, read, ranked and decided; and the wheel of the year."""

from __future__ import annotations

from tests.doors.table import Row, api, fixed, reaching, verb

SEES = {"may": "ped_n1", "may_not": "colleague_n1", "branch": "ped_s1"}
LISTS = {"may": "leader_n1", "may_not": "bare", "branch": "leader_s1", "branch_may": True}
KEEPS = {"may": "area_north", "may_not": "leader_n1", "branch": "area_south"}
RANKS = {"may": "ped_n1", "may_not": "area_north", "branch": "ped_s1"}
OWNS = {"may": "leader_n1", "may_not": "colleague_n1", "branch": "leader_s1"}
SETS = {"may": "consultant", "may_not": "area_north", "branch": "consultant_south"}


def facts(place, thing):
    return {
        "name": place.word("forums", "name"),
        "kind": "med",
        "purpose": place.word("forums", "purpose"),
    }


def when(place, thing):
    return {
        "day": place.day(10).isoformat(),
        "begins": "9.00",
        "ends": "11.30",
        "place": place.word("forum_meetings", "place"),
    }


def when_json(place, thing):
    return when(place, thing) | {"begins": "09:00", "ends": "11:30"}


def item(place, thing):
    return {"title": place.word("agenda_items", "title")}


def need_alone(place, thing):
    return item(place, thing) | {"cluster_id": None, "initiative_id": None}


def minutes(place, thing):
    said = {
        f"item_{each.hex}": place.word("agenda_items", "minutes")
        for each in place.forum_items_of(thing)
    }
    return said | {"minutes": place.word("forum_meetings", "minutes")}


def minutes_json(place, thing):
    return {
        "minutes": place.word("forum_meetings", "minutes"),
        "items": [
            {"item_id": str(each), "minutes": place.word("agenda_items", "minutes")}
            for each in place.forum_items_of(thing)
        ],
    }


def order(place, thing):
    return {
        f"item_{each.hex}": str(at) for at, each in enumerate(place.forum_items_of(thing), start=1)
    }


def order_json(place, thing):
    return {"ordered": [str(each) for each in place.forum_items_of(thing)]}


def numbers(place, thing):
    """The last one is to stand first."""
    items = place.forum_items_of(thing)
    return {f"item_{each.hex}": "1" if each == items[-1] else "2" for each in items}


def agenda_json(place, thing):
    return {"ordered": [str(each) for each in reversed(place.forum_items_of(thing))]}


def decision(place, thing):
    """In the place of the one that stands."""
    replaced, item_id = place.forum_standing_of(thing)
    return {
        "text": place.word("forum_decisions", "text"),
        "outcome": "start",
        "due_on": place.day(20).isoformat(),
        "owner_id": str(place.users["ped_n1"]),
        "item_id": str(item_id),
        "replaces_id": str(replaced),
    }


def decision_json(place, thing):
    return decision(place, thing)


def removed(place, thing):
    return {"item_id": str(place.forum_items_of(thing)[0])}


def note(place, thing):
    return {"note": place.word("forum_decisions", "done_note")}


def point(place, thing):
    return {"month": "4", "week": "", "kind": "other", "text": place.word("wheel_entries", "text")}


def point_json(place, thing):
    return {"month": 4, "kind": "other", "text": place.word("wheel_entries", "text")}


OF_DECISION = {
    "item_id": "agenda_item",
    "owner_id": "user",
    "started_id": "initiative",
    "replaces_id": "decision",
}
PANEL = [
    Row("forums.index_view", **LISTS, lists="forum"),
    Row("forums.details_view", **SEES, thing="forum"),
    *reaching(
        "forums.verb_create",
        **KEEPS,
        body=facts,
        refs={"unit_id": "unit", "member_ids": "forum_leader"},
        refused=(403, 404, 422),  # a unit that is not among the choices
    ),
    *verb(
        "forums.verb_change",
        **KEEPS,
        thing="forum",
        body=facts,
        refs={"member_ids": "forum_leader"},
    ),
    *verb("forums.verb_plan", **KEEPS, thing="forum", body=when),
    *verb("forums.verb_close", **KEEPS, thing="forum"),
    Row("meetings.index_view", **LISTS, lists="meeting"),
    Row("meetings.details_view", **SEES, thing="ranked_meeting"),
    *verb("meetings.verb_change", **KEEPS, thing="coming_meeting", body=when),
    *verb(
        "meetings.verb_add_item",
        **KEEPS,
        thing="meeting",
        body=item,
        refs={"candidate": "+qualified"},
        wrap="need:{}",
    ),
    *verb(
        "meetings.verb_remove_item",
        **KEEPS,
        thing="other_matter",
        body=removed,
        refs={"item_id": "agenda_item"},
    ),
    *verb("meetings.verb_order", **KEEPS, thing="meeting", body=numbers),
    *verb("meetings.verb_pack", **KEEPS, thing="coming_meeting"),
    *verb("meetings.verb_open_ranking", **KEEPS, thing="meeting"),
    *verb("meetings.verb_rank", **RANKS, thing="ranked_meeting", body=order),
    *verb("meetings.verb_close_ranking", **KEEPS, thing="ranked_meeting"),
    *verb("meetings.verb_minutes", **KEEPS, thing="meeting", body=minutes),
    *verb(
        "meetings.verb_decide", **KEEPS, thing="decided_meeting", body=decision, refs=OF_DECISION
    ),
    *verb("meetings.verb_hold", **KEEPS, thing="meeting"),
    *verb("meetings.verb_close", **KEEPS, thing="held_meeting"),
    *verb("meetings.verb_cancel", **KEEPS, thing="coming_meeting"),
    Row("packs.index", **SEES, thing="pack"),
    Row("packs.export", **SEES, thing="pack", path={"export_type": "csv"}),
    Row("decisions.index_view", **LISTS, lists="decision"),
    Row("decisions.details_view", **SEES, thing="decision"),
    *verb("decisions.verb_done", **OWNS, thing="decision", body=note),
    Row("wheel.index", **LISTS),
    Row("wheel.calendar", **LISTS),
    *reaching("wheel.verb_add", **SETS, body=point),
    *reaching("wheel.verb_remove", **SETS, refs={"entry_id": "+point"}),
]
API = api(
    Row("api_forums.list_forums", **LISTS, lists="forum"),
    Row(
        "api_forums.create_forum",
        "POST",
        **KEEPS,
        body=facts,
        refs={"unit_id": "unit", "member_ids[]": "user"},
        answer=201,
    ),
    Row("api_forums.show_forum", **SEES, thing="forum"),
    Row(
        "api_forums.change_forum",
        "PUT",
        **KEEPS,
        thing="forum",
        body=facts,
        refs={"member_ids[]": "user"},
    ),
    Row("api_forums.close_forum", "POST", **KEEPS, thing="forum"),
    Row("api_forums.plan_meeting", "POST", **KEEPS, thing="forum", body=when_json, answer=201),
    Row("api_forums.list_meetings", **LISTS, lists="meeting", asks={"forum_id": "forum"}),
    Row("api_forums.show_meeting", **SEES, thing="ranked_meeting"),
    Row("api_forums.change_meeting", "PUT", **KEEPS, thing="coming_meeting", body=when_json),
    Row("api_forums.move_meeting", "POST", **KEEPS, thing="meeting", body=fixed(to="held")),
    Row(
        "api_forums.add_agenda_item",
        "POST",
        **KEEPS,
        thing="meeting",
        body=need_alone,
        refs={"need_id": "+qualified", "cluster_id": "cluster", "initiative_id": "initiative"},
        answer=201,
    ),
    Row(
        "api_forums.order_agenda",
        "PUT",
        **KEEPS,
        thing="meeting",
        body=agenda_json,
        refs={"ordered[]": "agenda_item"},
    ),
    Row(
        "api_forums.remove_agenda_item",
        "DELETE",
        **KEEPS,
        thing="agenda_item",
        answer=204,
    ),
    Row(
        "api_forums.write_minutes",
        "PUT",
        **KEEPS,
        thing="meeting",
        body=minutes_json,
        refs={"items[].item_id": "agenda_item"},
    ),
    Row("api_forums.request_pack", "POST", **KEEPS, thing="coming_meeting", answer=202),
    Row("api_forums.show_pack", **SEES, thing="pack"),
    Row("api_forums.open_ranking", "POST", **KEEPS, thing="meeting", answer=201),
    Row(
        "api_forums.rank",
        "PUT",
        **RANKS,
        thing="ranked_meeting",
        body=order_json,
        refs={"ordered[]": "agenda_item"},
    ),
    Row("api_forums.close_ranking", "POST", **KEEPS, thing="ranked_meeting"),
    Row(
        "api_forums.decide",
        "POST",
        **KEEPS,
        thing="decided_meeting",
        body=decision_json,
        refs=OF_DECISION,
        answer=201,
    ),
    Row("api_forums.list_decisions", **LISTS, lists="decision", asks={"forum_id": "forum"}),
    Row("api_forums.finish", "POST", **OWNS, thing="decision", body=note),
    Row("api_forums.list_wheel", **LISTS),
    Row("api_forums.add_point", "POST", **SETS, body=point_json, answer=201),
    Row("api_forums.remove_point", "DELETE", **SETS, thing="point", answer=204),
)
ROWS = [*PANEL, *API]
