"""`review.toml`: what the member wrote, validated, with errors in the words of the file.

>>> plan = load(Path("review.toml"), os.environ)                     # doctest: +SKIP
>>> plan.resolve({"orcid": "https://localhost:8765"}).portal.serve    # doctest: +SKIP
"""

from .load import load
from .model import Orcid, Plan, Portal, RunOptions, Serve, Step, Steps, Store, StoreFiles, User
from .problems import PlanError, Problem

__all__ = [
    "Orcid", "Plan", "PlanError", "Portal", "Problem", "RunOptions", "Serve", "Step", "Steps", "Store", "StoreFiles",
    "User", "load",
]  # fmt: skip
