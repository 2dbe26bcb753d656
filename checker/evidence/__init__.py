"""The evidence: what was seen, as data. Gather writes it, judge reads it; it can be kept and judged again."""
