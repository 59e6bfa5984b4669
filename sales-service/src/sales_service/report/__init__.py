"""What the gateway composes the customer-orders report from, a batch at a time."""
