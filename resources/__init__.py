"""Data that ships with the program: pictures, words, styles, the catalogue of the demo."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def path(name: str) -> Traversable:
    """Return a resource by its name below this package; raises FileNotFoundError when missing."""
    found = files(__name__).joinpath(*name.split("/"))
    if not (found.is_file() or found.is_dir()):
        raise FileNotFoundError(name)
    return found


def text(name: str) -> str:
    """Return a text resource."""
    return path(name).read_text("utf-8")
