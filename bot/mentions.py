"""Whether a text names something: the same for places, people, machines and wishes."""

from __future__ import annotations


def mentions(text: str, name: str) -> bool:
    """Both folded alike by the caller.

    A name in Latin letters must stand alone: "atm" is not in "treatment", "window 1" not in "window 12"; Chinese
    beside it does no harm: "atm坏了".
    """
    start = text.find(name)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
        if not (_glued(before, name[0]) or _glued(name[-1], after)):
            return True
        start = text.find(name, start + 1)
    return False


def _glued(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
