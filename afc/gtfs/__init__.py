"""GTFS: timetables as the world publishes them, read strictly, and turned into a city's own network."""
