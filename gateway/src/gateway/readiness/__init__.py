"""Whether the services behind the gateway can be reached."""
