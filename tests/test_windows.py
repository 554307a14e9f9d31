"""What can be known about Windows without one: that the tests can be collected there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from platforms import IS_WINDOWS

TESTS = Path(__file__).parent


def test_every_file_of_tests_can_be_imported_there() -> None:
    plugin = () if IS_WINDOWS else ("-p", "windows")
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *plugin, str(TESTS))
    environ = os.environ | {"PYTHONPATH": str(TESTS)}
    done = subprocess.run(command, cwd=TESTS.parent, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "\n".join(line for line in done.stdout.splitlines() if "::" not in line)
    assert "tests/test_scenarios.py::" in done.stdout
