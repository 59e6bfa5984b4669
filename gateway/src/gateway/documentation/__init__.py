"""One OpenAPI document of the whole API, made of what the services that are alive say."""
