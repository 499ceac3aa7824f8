"""Runs a Python program so that it, and every process it forks, dies with its parent.

    python -m deploy.tied gunicorn -c config/gunicorn.py config.wsgi:app

A parent that is killed with signal 9 cannot clean up after itself, so the kernel is asked to.
The request is not inherited over a fork: a web worker or a work horse would survive its own
parent, hence the hook below.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# Looked up once at import: between fork and exec is no place to load a library.
_prctl = getattr(ctypes.CDLL(None), "prctl", None)
_forking = 0


def die_with_parent(parent: int, death_signal: int = signal.SIGKILL) -> None:
    """The kernel sends this process the signal when its parent is gone.

    Call it after any change of user (which clears the request), in the new process. It is the
    *thread* that forked which counts as the parent, so programs are started from the main thread.
    """
    if _prctl is None:  # not Linux: an orderly stop still works
        return
    _prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        os._exit(1)


def adopt_orphans() -> None:
    """Descendants whose own parent died become children of this process."""
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _remember_parent() -> None:
    global _forking
    _forking = os.getpid()


def tie_forks() -> None:
    """Every process forked from here on dies with the one that forked it."""
    os.register_at_fork(before=_remember_parent, after_in_child=lambda: die_with_parent(_forking))


def main() -> None:
    """Become the named module (or .py file), with its own arguments."""
    target, *arguments = sys.argv[1:]
    sys.argv = [target, *arguments]
    tie_forks()
    if target.endswith(".py"):
        runpy.run_path(target, run_name="__main__")
    else:
        runpy.run_module(target, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
