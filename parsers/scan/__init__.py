"""Scanned and photographed paper: from the bytes of an image to what stands on the page."""
