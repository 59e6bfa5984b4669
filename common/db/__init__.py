"""The one database of all services: its schema, its sessions, its migrations."""
