"""The rules of customers, contacts and purchases. Owner: customers-service.

They are here because importers, the legacy APIs and the console keep to them too.
"""
