"""The roof: riders, vehicles and whole city days, and the one command `afc` over everything below."""
