"""Returned assessment forms in, points and grades by the regulation, official paper out."""

__version__ = "0.1.0"
