"""The doors of autovenv: the two that a shell waits for, and the command line."""

from __future__ import annotations

import os
import sys

#: Seconds after which a prompt does not wait for the resolver any longer.
PATIENCE = 10

if not __package__:
    # Started by path with -S, by the hook: nothing but the standard library is on sys.path yet.
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def leave_python_path() -> None:
    """Take off `sys.path` what PYTHONPATH has put there: it is meant for the programs of a project, not for this one.

    What it names of this Python's own stays.
    """
    named = os.environ.get("PYTHONPATH")
    if not named or sys.flags.ignore_environment:
        return
    import site

    real = os.path.realpath
    library = os.path.dirname(os.__file__)
    own = [os.path.dirname(os.path.dirname(os.path.abspath(__file__))), *site.getsitepackages()]
    try:
        others = {real(entry) for entry in named.split(os.pathsep)} - {real(entry) for entry in own}
        sys.path[:] = [entry for entry in sys.path if entry.startswith(library) or real(entry) not in others]
    except OSError:
        # A relative entry, and the present directory is gone.
        return


def main() -> int:
    """Run the command line in `sys.argv` and return the exit status."""
    status = _run()
    if sys.flags.inspect:
        # With PYTHONINSPECT Python would stay at a `>>>`, where a shell waits for what it prints.
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)
    return status


def _run() -> int:
    leave_python_path()
    try:
        from autovenv.doors import answer

        status = answer(sys.argv[1:])
        if status is None:
            if sys.flags.no_site:
                import site

                site.main()
            from autovenv.cli import main as cli

            status = cli()
        return status
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from autovenv import printing
        from autovenv.messages import Problem

        if not isinstance(error, Problem):
            raise
        printing.prepare()
        print(error, file=sys.stderr)
        return error.status


def end_when_told() -> None:
    """Have this process end at one SIGINT, and by SIGALRM (in Windows by a thread) after `PATIENCE` seconds.

    It does so without a word.
    A prompt waits for the resolver, which may wait for a file system that does not answer.
    """
    import _signal  # type: ignore[import-not-found]  # signal itself would import enum

    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    if hasattr(_signal, "alarm"):
        _signal.signal(_signal.SIGALRM, _signal.SIG_DFL)
        _signal.alarm(PATIENCE)
    else:
        import _thread

        _thread.start_new_thread(_end_late, ())


def _end_late() -> None:
    import time

    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["resolve"]:
        end_when_told()
    sys.exit(main())
