"""allauth's ORCID provider for an ORCID whose site and API share one host, such as an embedded sandbox."""
