"""What the server remembers: records, the two ports they are kept behind, and their adapters."""
