"""`autovenv doctor`: why `python` is not the project's, and what to type.

- `context.py`: everything that a check may look at, each fact read once, when the first check asks for it
- `checks/`: one ordered table of checks, each a small function from the context to a result or several
- `results.py`: what a check says; `diagnosis.py`: runs the checks; `render.py`: the text that is made of what they said
- `candidates.py`, `origins.py`, `interpreters.py`: every `python` and `pip` on `PATH`, what it is, and its version
- `verdict.py`: what the shell runs, and what keeps it from running the project's
- `demands.py`, `versions.py`: which versions of Python the project asks for
- `syntax.py`, `making.py`: remedies, as they are typed in the user's shell
"""

from __future__ import annotations

from autovenv.doctor.checks import CHECKS, Check
from autovenv.doctor.context import Context
from autovenv.doctor.diagnosis import choose, examine
from autovenv.doctor.render import print_checks, print_diagnosis

__all__ = ["CHECKS", "Check", "Context", "choose", "examine", "print_checks", "print_diagnosis"]
