"""The real worker, which also knows the practice jobs: `python -m tests.jobs.practice_worker`."""

import sys

from jobs import worker
from tests.jobs import practice

__all__ = ["practice"]

if __name__ == "__main__":
    sys.exit(worker.main(sys.argv[1:]))
