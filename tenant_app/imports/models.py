"""What was imported, when and by whom: the file's print, never the file."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from tenant_app.core.db import StrEnumText, TenantOwned, index


class ImportKind(StrEnum):
    UNITS = "units"
    EMPLOYEES = "employees"
    COURSES = "courses"
    SCREENINGS = "screenings"
    FIGURES = "figures"
    ACCOUNT_STRINGS = "account_strings"


class ImportRun(TenantOwned):
    """A file that was read in whole."""

    __tablename__ = "import_runs"
    extras = (index("at"),)

    kind: Mapped[ImportKind] = mapped_column(StrEnumText(ImportKind))
    file_name: Mapped[str]
    file_hash: Mapped[str]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    at: Mapped[datetime]
    user_id: Mapped[UUID | None]
