"""The ground floor: words, money, time, bytes, keys, networks, fares and city packs. Imports nothing else of ours."""
