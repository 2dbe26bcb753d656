"""Looks into what the portal stored: a database, read-only, or exported files. No secret leaves a look."""

from .reader import StoreReader

__all__ = ["StoreReader"]
