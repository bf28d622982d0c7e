"""What every defect has in common, and the list of them.

A defect is a class laid over the correct API that takes one decision wrongly. Its name in kebab
case is the name of the defect, its first line of documentation says what is wrong, and `breaks`
names the requirements that it violates: first the one it is meant for.
"""

from __future__ import annotations

import re

from api import Api

DEFECTS: dict[str, type[Api]] = {}
"""Name to class, in the order in which the classes are read."""


class Defect(Api):
    """A server that is wrong in one way. Subclasses register themselves."""

    breaks: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        """Lists the subclass under its name in kebab case."""
        words = re.findall(r"[A-Z][a-z]*|\d+", cls.__name__)
        DEFECTS["-".join(words).lower()] = cls
