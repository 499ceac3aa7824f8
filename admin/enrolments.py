"""Screens of enrolments: the inbox, the list, the catalogue one asks from, and one's own."""

from __future__ import annotations

from flask_admin import BaseView

from admin.enrolments_catalogue import OffersPage, OwnPage
from admin.enrolments_inbox import InboxPage
from admin.enrolments_list import EnrolmentList


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [InboxPage(), OffersPage(), OwnPage(), EnrolmentList()]
