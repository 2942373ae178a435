"""Settings, addresses and the one table of who may do what."""
