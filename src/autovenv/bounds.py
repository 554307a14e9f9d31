"""How long the resolver may take: a shell waits for it, and what it reads may have been made to take long."""

from __future__ import annotations

import _thread
import sys
import time

#: Seconds of processor time for the verdict on one directory.
WORK = 2.0


class Exhausted(BaseException):
    """The verdict took more work than anything that a tool writes does. No handler of errors catches it on the way."""


class limit_work:  # noqa: N801 - it reads as a statement
    """Raise `Exhausted` in the body of a `with` that takes more than `WORK`.

    Windows has no timer that sends a signal: there a thread looks, and sends one that nobody else sends.
    """

    def __init__(self, timer: bool = sys.platform != "win32") -> None:
        self._timer = timer
        self._ended: _thread.LockType | None = None

    def __enter__(self) -> None:
        import _signal  # type: ignore[import-not-found]  # `signal` would cost the import of enum

        if self._timer:
            _signal.signal(_signal.SIGPROF, _raise)
            _signal.setitimer(_signal.ITIMER_PROF, WORK)
        else:
            _signal.signal(_signal.SIGTERM, _raise)
            self._ended = _thread.allocate_lock()
            self._ended.acquire()
            _thread.start_new_thread(_watch, (self._ended, time.process_time() + WORK))

    def __exit__(self, *_: object) -> None:
        import _signal

        if self._timer:
            _signal.signal(_signal.SIGPROF, _signal.SIG_DFL)
            _signal.setitimer(_signal.ITIMER_PROF, 0)
        elif self._ended:
            self._ended.release()
            _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)


def _watch(ended: _thread.LockType, until: float) -> None:
    """End the work of the main thread when the processor time of this process passes `until`."""
    import _signal

    while (left := until - time.process_time()) > 0:
        # So long it takes at least.
        if ended.acquire(timeout=left):
            return
    _thread.interrupt_main(_signal.SIGTERM)


def _raise(*_: object) -> None:
    raise Exhausted
