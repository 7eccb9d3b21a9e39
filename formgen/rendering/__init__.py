"""From results to documents: Word, Excel, PDF."""
