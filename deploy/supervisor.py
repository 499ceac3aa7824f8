"""Keeps children running until told to stop, and leaves nothing behind.

One thread on purpose: a child dies with the *thread* that started it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import sys
import time
from collections.abc import Callable, Sequence

from deploy.processes import Child, Program, children_of, describe_end
from deploy.tied import adopt_orphans

TICK = 0.2
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
STEADY_AFTER = 30.0  # a child that ran this long has no failures to its name
# A work horse may be in the middle of a long job. Every job may run twice, so it is not waited for.
PATIENCE_WITH_SERVICES = 5.0
PATIENCE_WITH_SERVERS = 30.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs steps and services above the servers that are already there."""

    def __init__(self) -> None:
        self.servers: list[Child] = []
        self.services: list[Child] = []
        self.stop_requests = 0
        self._step: Child | None = None
        self._selector = selectors.DefaultSelector()
        self._width = 8

    def listen(self) -> None:
        """From here on Ctrl-C and friends ask for an orderly stop."""
        adopt_orphans()
        for number in STOPPING:
            signal.signal(number, self._request_stop)

    @property
    def stopping(self) -> bool:
        return self.stop_requests > 0

    def _request_stop(self, *_: object) -> None:
        self.stop_requests += 1

    def watch(self, servers: Sequence[Child]) -> None:
        """These, already running, are started again when they die."""
        self.servers = list(servers)

    # -------------------------------------------------------------- running

    def run_step(self, program: Program) -> int:
        """The exit code of a program run to its end, with its output passed straight on."""
        self._step = Child(program)
        self._step.start(stdout=None)
        while self._step.alive:
            if self.stopping:
                self._step.stop(PATIENCE_WITH_SERVICES)
                break
            self._tick()
        returncode = self._step.process.returncode
        self._step = None
        return returncode

    def serve(self, programs: Sequence[Program], *, each_tick: Callable[[], None]) -> None:
        """The programs run, again and again, until a stop is asked for."""
        self._width = max(len(program.name) for program in [*programs, *self._server_programs()])
        self.services = [Child(program) for program in programs]
        for child in self.services:
            self._start(child)
        while not self.stopping:
            self._tick()
            each_tick()

    def _server_programs(self) -> list[Program]:
        return [child.program for child in self.servers]

    def stop_all(self) -> None:
        """Services first, then servers in the opposite order of their start."""
        self._stop_together(self.services, PATIENCE_WITH_SERVICES)
        for child in reversed(self.servers):
            self._stop_together([child], PATIENCE_WITH_SERVERS)
        self._end_orphans()

    def _stop_together(self, children: Sequence[Child], patience: float) -> None:
        for child in children:
            child.send(child.program.stop_signal)
        deadline = time.monotonic() + patience
        asked = self.stop_requests
        while any(child.alive for child in children):
            hurried = self.stop_requests > max(asked, 1)  # Ctrl-C a second time
            if hurried or time.monotonic() > deadline:
                for child in children:
                    if child.alive:
                        self.say(child.name, "does not stop by itself; killed")
                        child.kill()
            self._read_output(0.05)
            self._end_orphans()
        self._read_output(0)

    # -------------------------------------------------------------- one turn

    def _tick(self) -> None:
        self._read_output(TICK)
        for child in [*self.servers, *self.services]:
            self._mend(child)
        self._end_orphans()

    def _mend(self, child: Child) -> None:
        if child.alive:
            return
        now = time.monotonic()
        if not child.resume_at:  # just found dead
            if now - child.started > STEADY_AFTER:
                child.failures = 0
            pause = min(FIRST_PAUSE * 2**child.failures, LONGEST_PAUSE)
            child.failures += 1
            child.resume_at = now + pause
            how = describe_end(child.process.returncode)
            self.say(child.name, f"ended ({how}); starting again in {pause:g} s")
        elif now >= child.resume_at:
            child.resume_at = 0.0
            self._start(child)

    def _start(self, child: Child) -> None:
        child.start()
        output = child.process.stdout
        if output is not None:
            os.set_blocking(output.fileno(), False)
            self._selector.register(output, selectors.EVENT_READ, child)

    def _end_orphans(self) -> None:
        """A killed child leaves its own children to us: a work horse, a database backend."""
        everyone = [*self.servers, *self.services, *([self._step] if self._step else [])]
        known = {child.process.pid for child in everyone if child.process}
        for pid in children_of(os.getpid()) - known:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    # -------------------------------------------------------------- words

    def say(self, name: str, text: str) -> None:
        """One line of our own about a child."""
        self._write(name, f"*** {text}\n".encode())

    def _read_output(self, timeout: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout)
            return
        for key, _ in self._selector.select(timeout):
            child: Child = key.data
            try:
                data = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            if not data:
                self._selector.unregister(key.fileobj)
                key.fileobj.close()
                data = b"\n" if child.pending else b""
            child.pending += data
            *lines, rest = child.pending.split(b"\n")
            child.pending = bytearray(rest)
            for line in lines:
                self._write(child.name, line + b"\n")

    def _write(self, name: str, line: bytes) -> None:
        try:
            sys.stdout.buffer.write(f"{name:<{self._width}} | ".encode() + line)
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # `make run | head`: nobody reads any more
            self.stop_requests += 1
            silence_stdout()


def silence_stdout() -> None:
    """Nothing more is said; Python would complain at exit about the reader that left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
