"""`python -m tests.chaos --kills 20 --seed 7`: exit 0 when nothing was lost or doubled."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos import trial
from tests.chaos.judge_jobs import OLDEST_ALLOWED


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument(
        "--without",
        choices=("clock", "worker"),
        action="append",
        default=[],
        help="leave a service out: the judge must then find something",
    )
    parser.add_argument("--log", action="store_true", help="show the launcher's log too")
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="roedtraad-chaos-") as home:
        result = trial.run(
            Path(home), kills=options.kills, seed=options.seed, without=tuple(options.without)
        )
    if options.log:
        sys.stdout.write(result.log)
    sys.stdout.write(result.summary() + "\n")
    for finding in [*result.findings, *result.unseen]:
        sys.stdout.write(f"  {finding}\n")
    whole = not result.findings and not result.unseen and not result.left
    return 0 if whole and result.exit_code == 0 and result.oldest < OLDEST_ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
