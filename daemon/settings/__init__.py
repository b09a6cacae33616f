"""What a person asks for: config.yaml, profiles, sidecars and the API key, checked."""
