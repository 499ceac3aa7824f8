"""Screens of cooperation: shared needs, who has a surplus, and what became of a voice."""

from __future__ import annotations

from flask_admin import BaseView

from admin.cooperation_capacity import CapacityList
from admin.cooperation_clusters import ClusterList
from admin.cooperation_voices import VoicesPage


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [ClusterList(), CapacityList(), VoicesPage()]
