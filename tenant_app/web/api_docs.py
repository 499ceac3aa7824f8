"""The API's page, with everything on it served by us: it needs no internet."""

from __future__ import annotations

from flask import Blueprint, render_template

DESCRIPTION = """
The same verbs as the panel. Amounts are whole øre, dates are ISO 8601, lists come in pages.

* **Token**: make one under *My profile*; send it as `Authorization: Bearer rt_…`. It may do what
  you may.
* **Idempotency**: a POST that moves money must carry an `Idempotency-Key`; the same key twice is
  one effect and gives the first answer again. Other POSTs may carry one.
* **Refusals** are `application/problem+json`: `detail` says what to do, `field` names the input.
* What lies outside your fence answers 404, exactly as what never existed; 403 means that it is
  inside, but not yours to do.
"""

blueprint = Blueprint("docs", __name__)


@blueprint.get("/api/v1/docs")
def page() -> str:
    """Read and try the API."""
    return render_template("api_docs.html")
