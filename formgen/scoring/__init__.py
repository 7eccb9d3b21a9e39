"""From records to points, money and grades. Pure: no files, no clock, no database."""
