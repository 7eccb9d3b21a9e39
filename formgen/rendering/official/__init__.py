"""Official paper by GB/T 9704-2012: drafts read, laid out to the millimetre, written as .docx."""
