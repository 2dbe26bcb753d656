"""The schema layer held against ORCID's own XML schemas: mutants of ORCID's samples, nasty documents, made-up ones."""
