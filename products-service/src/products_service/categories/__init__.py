"""Categories: the curated kinds of products."""
