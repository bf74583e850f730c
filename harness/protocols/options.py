"""Options behind a protocol's name, as in ``realtime@fps=30+grace=0``.

Results lie under that name and stand in lists by it, so it is spelled in one way, without comma or slash.
"""

from __future__ import annotations

from harness.core.errors import UsageError
from harness.protocols.base import EvaluationProtocol

__all__ = ["full_name", "read_options"]


def full_name(kind: type[EvaluationProtocol], **values: float | str) -> str:
    """The name of a protocol with these options: those that are not the default, in the protocol's own order."""
    given = {name: values.get(name, default) for name, default in kind.options.items()}
    spelled = [
        f"{name}={value if isinstance(value, str) else format(value, '.15g')}"
        for name, value in given.items()
        if value != kind.options[name]
    ]
    return f"{kind.name}@{'+'.join(spelled)}" if spelled else kind.name


def read_options(kind: type[EvaluationProtocol], text: str) -> dict[str, float | str]:
    """The keywords that ``fps=30+grace=0`` stands for. Raises UsageError."""
    values: dict[str, float | str] = {}
    for part in text.split("+") if text else []:
        name, _, value = part.partition("=")
        try:
            values[name] = type(kind.options[name])(value)
        except (KeyError, ValueError):
            known = ", ".join(f"{option} ({type(default).__name__})" for option, default in kind.options.items())
            expected = f"expected NAME=VALUE of {known}" if known else "it has no options"
            raise UsageError(f"--protocol {kind.name}@{text}: {expected}, found {part!r}") from None
    return values
