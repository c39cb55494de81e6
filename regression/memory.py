"""Peak memory of a stretch of this process, as Linux counts it."""

import re
from pathlib import Path

_RESET_PEAK = "5"  # see proc(5), /proc/[pid]/clear_refs


def reset_peak() -> bool:
    """Forget the peak so far; whether the system lets us."""
    try:
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
    except OSError:
        return False
    return True


def peak_bytes() -> int | None:
    """Largest resident memory since the start, or since `reset_peak`; None where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else None
