"""orcid-review: reviews an ORCID integration in a real browser and proves what it says.

The public face for rules and report formats is :mod:`checker.api`; what ORCID is lives in :mod:`checker.orcid`.
Importing this package loads nothing heavy.
"""

__version__ = "0.1.0"
