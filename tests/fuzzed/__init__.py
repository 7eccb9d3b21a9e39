"""Fuzzing of every reader: seeds of our own, mutations named by kind, seed and number, and what must hold of each."""
