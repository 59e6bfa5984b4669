"""The history of the schema: one file a step, applied in order, never edited once landed."""
