"""The embedded ORCID sandbox: sign-in and consent pages, OAuth, record pages, Member API. Imports `checker.orcid` alone."""
