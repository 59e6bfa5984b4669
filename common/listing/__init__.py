"""The question that a list is asked, read from a request; no SQL and no HTTP."""
