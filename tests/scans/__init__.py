"""The simulator of signed paper: our own blanks filled in, printed, scanned and spoiled, and the truth of each."""
