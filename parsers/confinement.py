"""What a reader process may take of the machine: memory, the size of a file it writes, a word on our output.

Linux bounds the address space. Windows bounds the memory of a job object (written by the documented interface and
tested here with a stand-in only: it has never run on Windows). macOS refuses such a bound: there a thread looks at the
memory and ends the process.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

MOST_WRITTEN = 600_000_000  #: Bytes of a file that the process writes; it writes legacy files for the converter.

_EXTENDED_LIMITS = 9  #: JobObjectExtendedLimitInformation.
_ACTIVE_PROCESS, _PROCESS_MEMORY, _DIE_QUIETLY = 0x8, 0x100, 0x400  #: JOB_OBJECT_LIMIT_…
_LOOK_SECONDS = 0.2
_BY_US = 3  #: Exit code.

_size, _word, _long = ctypes.c_size_t, ctypes.c_uint32, ctypes.c_int64


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", _long),
        ("job_time", _long),
        ("flags", _word),
        ("least_working_set", _size),
        ("most_working_set", _size),
        ("active_processes", _word),
        ("affinity", _size),
        ("priority", _word),
        ("scheduling", _word),
    )


class JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", _size),
        ("job_memory", _size),
        ("peak_process_memory", _size),
        ("peak_job_memory", _size),
    )


def confine(memory: int) -> None:
    """Bind this process: at most ``memory`` bytes, no core dumps, no word on stdout and stderr."""
    _mute()
    if sys.platform == "win32":
        held = confine_in_job(memory, ctypes.WinDLL("kernel32", use_last_error=True))
    else:
        held = _bound(memory)
    if not held:
        threading.Thread(target=watch_memory, args=(memory,), daemon=True).start()


def confine_in_job(memory: int, kernel: Any) -> bool:
    """Put this process into a job object of Windows that bounds its memory and lets it start no other; whether it is.

    ``kernel`` is kernel32. The job ends with the process, so its handle is never closed.
    """
    handle = ctypes.c_void_p
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = handle
    kernel.CreateJobObjectW.argtypes = (handle, ctypes.c_wchar_p)
    kernel.SetInformationJobObject.argtypes = (handle, ctypes.c_int, handle, _word)
    kernel.AssignProcessToJobObject.argtypes = (handle, handle)
    limits = JobLimits()
    limits.basic.flags = _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE_QUIETLY
    limits.basic.active_processes = 1
    limits.process_memory = memory
    job = kernel.CreateJobObjectW(None, None)
    return bool(
        job
        and kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
    )


def watch_memory(memory: int, used: Callable[[], int] | None = None, end: Callable[[int], object] = os._exit) -> None:
    """Look at the memory of this process again and again, and end it beyond ``memory`` bytes."""
    used = used or _most_used
    while used() <= memory:
        time.sleep(_LOOK_SECONDS)
    end(_BY_US)


def _most_used() -> int:
    """The most memory, in bytes, that this process has had; 0 where nobody tells."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _bound(memory: int) -> bool:
    """Bound the address space, and what a fault may leave behind; False where the system refuses the first."""
    if sys.platform == "win32":
        return False
    import resource

    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, MOST_WRITTEN)):
        _set(resource, what, most)
    return _set(resource, resource.RLIMIT_AS, memory)  # macOS knows the name and refuses


def _set(resource: Any, what: int, wanted: int) -> bool:
    _, most = resource.getrlimit(what)
    try:
        resource.setrlimit(what, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
    except (ValueError, OSError):
        return False
    return True


def _mute() -> None:
    """Send what libraries print nowhere: stdout carries formgen's results."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)
