"""Paths and file:// addresses: how the extension reads the ones of a model, and how it writes its own.

Imitates core/util/{pathResolver,uri}.ts at d0a3c0b626, Node's fileURLToPath on Linux and VS Code's Uri.toString. Does
not imitate: an address whose escapes are broken, which is taken as it stands.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from builder.errors import ToolError

_ADDRESS = re.compile(r"file://([^/?#]*)([^?#]*)", re.DOTALL)
_ABSOLUTE = re.compile(r"/|\\\\|[a-zA-Z]:")


def shown_path(given: str) -> str:
    """A path as messages show it: that of a file:// address. Raises ToolError for an address that names no file."""
    found = _ADDRESS.match(given)
    if found is None:
        return given
    if found[1] not in ("", "localhost"):
        raise ToolError("unspecified", 'File URL host must be "localhost" or empty on linux')
    if "%2f" in found[2].lower():
        raise ToolError("unspecified", "File URL path must not include encoded / characters")
    return unquote(found[2]) or "/"


def is_absolute(path: str) -> bool:
    """Whether the extension takes a path for absolute, those of Windows included."""
    return _ABSOLUTE.match(path) is not None


def editor_address(place: str) -> str:
    """The address by which the editor calls an absolute path."""
    return f"file://{quote(place)}"


def joined_path(place: str) -> str:
    """An absolute path as it stands in addresses that the extension puts together itself."""
    return quote(place, safe="/!'()*~")
