"""Fills /tmp, /dev/shm, and whatever else can be written."""

import os

for folder in ("/tmp", "/dev/shm", "/dev/mqueue", "/work", "/var/tmp", "/run", "/"):
    try:
        for number in range(64):
            with open(f"{folder}/{number}", "wb", buffering=0) as file:
                for _ in range(64):
                    file.write(bytes(1 << 20))
    except OSError:
        pass
print(100)
