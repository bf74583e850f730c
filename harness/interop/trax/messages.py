"""TraX messages: one line each, a name, arguments in quotes and properties ``key=value``.

Text as votchallenge.net's protocol (version 4) has it. Read here and not by its own library (libtrax 4.0.2), which
ends the process that reads a damaged message, and cuts what it writes to four decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Message"]

_PREFIX = b"@@TRAX:"
_NAMES = {name: name for name in ("hello", "initialize", "frame", "state", "quit")} | {"status": "state"}
_WORD = re.compile(r' +(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^" ][^ ]*))', re.DOTALL)
_PROPERTY = re.compile(r"([A-Za-z0-9._]{1,64})=(.*)", re.DOTALL)  # anything else with a = is an argument, as base64 is


@dataclass(frozen=True, slots=True)
class Message:
    """A message; what it means is its reader's business."""

    name: str
    arguments: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        r"""The line, with its end.

        >>> Message("state", ("1,2,3,4",), {"confidence": "0.5"}).encode()
        b'@@TRAX:state "1,2,3,4" "confidence=0.5"\n'
        """
        words = [*self.arguments, *(f"{key}={value}" for key, value in self.properties.items())]
        line = "".join([self.name, *(f' "{_escaped(word)}"' for word in words), "\n"])
        return _PREFIX + line.encode("utf-8", "surrogateescape")

    @classmethod
    def decode(cls, line: bytes) -> Message | None:
        """The message in a line, or None for a line that is none, such as what a tracker prints.

        Raises ValueError for one that begins as a message does and is none.

        >>> Message.decode(b'@@TRAX:frame "file:///a b.jpg" "index=3"')
        Message(name='frame', arguments=('file:///a b.jpg',), properties={'index': '3'})
        """
        if not line.startswith(_PREFIX):
            return None
        text = line[len(_PREFIX) :].decode("utf-8", "surrogateescape").rstrip("\r\n ")
        name = text.partition(" ")[0]
        if name.lower() not in _NAMES:
            raise ValueError(f"there is no message {name!r:.40}")
        position, arguments, properties = len(name), [], {}
        while position < len(text):
            word = _WORD.match(text, position)
            if word is None:
                raise ValueError(f"{name}: no word in quotes at {text[position:]!r:.60}")
            position = word.end()
            plain = _plain(word[2] if word[1] is None else word[1])
            if found := _PROPERTY.fullmatch(plain):
                properties[found[1]] = found[2]
            else:
                arguments.append(plain)
        return cls(_NAMES[name.lower()], tuple(arguments), properties)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text, flags=re.DOTALL)
