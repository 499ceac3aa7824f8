"""Screens of invoices: orders, invoices, reading them in, account strings and batches."""

from __future__ import annotations

from flask_admin import BaseView

from admin.invoices_list import InvoiceList
from admin.invoices_orders import OrderList
from admin.invoices_posting import AccountStringList, BatchList
from admin.invoices_reading import ReadingPage


def views() -> list[BaseView]:
    """In the order of the menu."""
    return [OrderList(), InvoiceList(), ReadingPage(), BatchList(), AccountStringList()]
