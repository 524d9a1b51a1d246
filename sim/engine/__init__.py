"""Engines: who works the shards of a date out. One process, a pool of them, or the workers of a cluster: the same bytes."""
