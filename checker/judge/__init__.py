"""Judges evidence by the rulebook. Never touches the world."""
