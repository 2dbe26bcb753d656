"""What ORCID is: iDs, hosts, scopes, display formats. Imports nothing of ours, touches nothing."""
