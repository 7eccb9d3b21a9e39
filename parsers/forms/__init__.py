"""From grids to records, one module for each kind of form."""
