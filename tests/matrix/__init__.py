"""The matrix: every rule against an example that passes it and examples that fail it, exactly it.

`python -m tests.matrix` (or `make matrix`) runs all of it and ends with `matrix: R rules, S survivors, C collateral`:
a survivor is a flaw that its rule did not see, or a rule with no example; collateral is a rule that failed though
nobody broke it.
"""
