"""The proof that the numbers agree. Owner: sales-service."""

from common.checks.runner import CheckReport, check

__all__ = ["CheckReport", "check"]
