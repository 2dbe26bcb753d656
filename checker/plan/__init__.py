"""`review.toml`: what the member wrote, validated, with errors in the words of the file."""
