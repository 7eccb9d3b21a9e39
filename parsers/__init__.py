"""From paper and files to records. Probabilistic: it can misread, and says so."""
