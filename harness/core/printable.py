"""Names and reasons from others, as they may be printed."""

from __future__ import annotations

__all__ = ["one_line"]


def one_line(text: str) -> str:
    r"""The text on one line, with escapes for what is not seen but obeyed or not encoded.

    These are control characters, changes of the direction of writing, and the halves of letters that stand for the odd
    bytes in a file's name.

    >>> one_line("two\n lines, \x1b[31mred")
    'two lines, \\x1b[31mred'
    """
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
