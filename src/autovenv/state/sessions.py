"""What shells leave behind: their stamps, and what they keep for the shells started from them."""

from __future__ import annotations

import os
import sys
import time


def forget(directory: str, age: float = 0) -> None:
    """Remove the files in `directory` of shells that run no more, those that are `age` seconds old or older.

    A shell in another container writes its stamp anew.
    """
    until = time.time() - age
    try:
        names = os.listdir(directory)
    except OSError:
        return
    for name in names:
        number = name.removeprefix("kept.").partition(".")[0]
        path = os.path.join(directory, name)
        try:
            if number.isdecimal() and os.lstat(path).st_mtime <= until and not _runs(int(number)):
                os.unlink(path)
        except OSError:
            continue


def _runs(number: int) -> bool:
    if sys.platform == "win32":  # there, signal 0 would end the process
        return _runs_in_windows(number)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _runs_in_windows(number: int) -> bool:
    """Tell whether a process runs, as far as Windows says (`OpenProcess`, `GetExitCodeProcess`)."""
    try:
        import ctypes

        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
        handle = kernel.OpenProcess(0x1000, False, number)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return bool(kernel.GetLastError() != 87)  # ERROR_INVALID_PARAMETER: there is none of that number
        status = ctypes.c_ulong()
        known = kernel.GetExitCodeProcess(handle, ctypes.byref(status))
        kernel.CloseHandle(handle)
        return not known or status.value == 259  # STILL_ACTIVE
    except (ImportError, AttributeError, OSError):
        return True
