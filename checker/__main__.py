"""`python -m checker` is `orcid-review`."""

from .cli import main

main(prog_name="orcid-review")
