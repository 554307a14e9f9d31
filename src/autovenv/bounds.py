"""How long the resolver may take: a shell waits for it, and what it reads may have been made to take long."""

from __future__ import annotations

#: Seconds of processor time for the verdict on one directory.
WORK = 2.0


class Exhausted(BaseException):
    """The verdict took more work than anything that a tool writes does. No handler of errors catches it on the way."""


class limit_work:  # noqa: N801 - it reads as a statement
    """Raise `Exhausted` in the body of a `with` that takes more than `WORK`, where the system can tell."""

    def __enter__(self) -> None:
        self._set(WORK)

    def __exit__(self, *_: object) -> None:
        self._set(0)

    @staticmethod
    def _set(seconds: float) -> None:
        import _signal  # type: ignore[import-not-found]  # `signal` would cost the import of enum

        if hasattr(_signal, "setitimer"):
            _signal.signal(_signal.SIGPROF, _raise if seconds else _signal.SIG_DFL)
            _signal.setitimer(_signal.ITIMER_PROF, seconds)


def _raise(*_: object) -> None:
    raise Exhausted
