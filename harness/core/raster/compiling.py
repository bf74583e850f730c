"""How the loops behind `harness.core.raster` become machine code."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__ = ["compiled"]

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function as machine code that runs without the interpreter's lock, kept on disk where that can be written.

    It is kept under a name that tells its code and all it calls and names: numba would look at one file only,
    and go on with yesterday's code after a change in another.
    """
    code = function.__code__
    used = [function.__globals__.get(name) for name in code.co_names]
    known = [getattr(v, "stamp", v) for v in used if isinstance(v, (int, float)) or hasattr(v, "stamp")]
    stamp = zlib.crc32(repr((code.co_code, code.co_consts, known)).encode())
    function.__qualname__ = f"{function.__name__}_{stamp:08x}"
    try:
        machine: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no folder can be written: compiled in every process anew
        machine = numba.njit(nogil=True, error_model="numpy")(function)
    machine.stamp = stamp
    result: F = machine
    return result
