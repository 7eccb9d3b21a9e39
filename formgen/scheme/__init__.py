"""A regulation as data: its types, loading, lint, gaps."""
