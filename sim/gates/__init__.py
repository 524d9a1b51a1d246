"""A station's gates under study: who comes when, how long a passage takes, and what n gates make of it.

Times are microseconds by the timetable's clock, from the midnight at which the service date begins.
"""
