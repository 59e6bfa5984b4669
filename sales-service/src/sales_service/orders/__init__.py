"""Orders: placed once, corrected by orders of their own."""
