"""The specification, run against the real thing.

A test waits for events. Nothing that it waits for comes after a time of the test's own choosing: no machine
is so slow that what works needs `HANG_SECONDS`.
"""

HANG_SECONDS = 300.0  # how long anything is waited for that is to come; pytest's own timeout lies above it
