"""A host of Silo for a folder of files that any program edits."""
