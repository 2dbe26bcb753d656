"""Looks at one rendered page and returns what was there: facts only."""

from .collect import look, settle, visible_text

__all__ = ["look", "settle", "visible_text"]
