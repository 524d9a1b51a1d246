"""The kit: for whoever builds a reader of their own and wants to see what the clearing house would see.

Records written by hand are sealed with throw-away keys, and sealed bytes are read aloud. Nothing of it is needed to run a
reader, and all of it goes through the same formats that readers use.
"""
