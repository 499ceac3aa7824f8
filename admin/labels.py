"""Names of roles and the menu's groups, shared by several screens."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tenant_app.accounts.models import Role

ROLES = {
    Role.MUNICIPAL_ADMIN: _l("Municipal administrator"),
    Role.CONSULTANT: _l("Consultant"),
    Role.AREA_LEADER: _l("Area leader"),
    Role.INSTITUTION_LEADER: _l("Institution leader"),
    Role.EMPLOYEE: _l("Employee"),
    Role.AUDITOR: _l("Auditor"),
    Role.UNION_REPRESENTATIVE: _l("Union representative"),
}

# The menu is grouped by what people do, not by table.
ENROL = _l("Courses and requests")
MONEY = _l("Money")
PEOPLE = _l("Organisation")
COMPETENCE = _l("Competences and catalogue")
SETUP = _l("Set-up")
