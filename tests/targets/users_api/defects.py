"""All defects by name. Importing the three modules of defects fills the list."""

from __future__ import annotations

import wrong_answers
import wrong_creation
import wrong_deletion
from api import Api
from defect import DEFECTS

__all__ = ["DEFECTS", "listing", "named", "wrong_answers", "wrong_creation", "wrong_deletion"]


def named(name: str | None) -> type[Api]:
    """The API with a defect, or the correct one if no name is given. `KeyError` if unknown."""
    return Api if name is None else DEFECTS[name]


def listing() -> str:
    """One line for each defect: its name and the requirements it breaks, split by tabs."""
    return "\n".join("\t".join((name, *defect.breaks)) for name, defect in DEFECTS.items())
