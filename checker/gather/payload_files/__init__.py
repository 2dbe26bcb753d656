"""Payload files: from what a person names to the payloads in it, one at a time and in bounded memory.

A name is a file, a folder, a glob or `-` for standard input. A file is one payload, NDJSON (one payload per line) or a
zip archive of such files. What cannot be read becomes an :class:`Unread` in its place and the rest goes on.
"""

from .model import Bounds, Given, Payload, Unread, Why
from .places import EXTENSIONS, payloads

__all__ = ["EXTENSIONS", "Bounds", "Given", "Payload", "Unread", "Why", "payloads"]
