"""The real launcher with the real services; the demo makes way for municipalities of our own."""

from __future__ import annotations

import os
import sys

from deploy.run import SERVICES, STEPS, Command, main

MIGRATE = tuple(step for step in STEPS if step.name == "migrate")
PREPARE = Command("prepare", ("tests.chaos.prepare",))

if __name__ == "__main__":
    without = os.environ.get("CHAOS_WITHOUT", "").split()
    kept = tuple(service for service in SERVICES if service.name not in without)
    sys.exit(main(["--tied"], steps=(*MIGRATE, PREPARE), services=kept))
