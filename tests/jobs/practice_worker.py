"""The real worker, which also knows the practice jobs: `python -m tests.jobs.practice_worker`."""

import sys

from jobs import worker
from jobs.registry import JOBS
from tests.jobs.practice import PRACTICE

if __name__ == "__main__":
    JOBS.update(PRACTICE)
    sys.exit(worker.main(sys.argv[1:]))
