"""Judge a Word document against GB/T 9704-2012: what stands where, in which face and size, what the clause wants."""
