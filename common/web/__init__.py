"""The web shell of every service: what HTTP needs, and no rule of the shop."""
