"""Touches the world: drives the portal, records, and writes down what was seen. Never judges."""
