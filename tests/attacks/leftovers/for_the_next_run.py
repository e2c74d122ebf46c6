"""Leaves files, semaphores, queues and sockets for the next run to find."""

import ctypes
import os
import socket

found = []
for path in ("/tmp/.left", "/dev/shm/left"):
    if os.path.exists(path):
        found.append(path)
    with open(path, "w") as file:
        file.write("100")
libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0x1EF7, 4096, 0o666) >= 0:
    found.append("segment")
libc.shmget(0x1EF7, 4096, 0o1666)
if libc.semget(0x1EF7, 1, 0o666) >= 0:
    found.append("semaphores")
libc.semget(0x1EF7, 1, 0o1666)
if libc.msgget(0x1EF7, 0o666) >= 0:
    found.append("queue")
libc.msgget(0x1EF7, 0o1666)
left = socket.socket(socket.AF_UNIX)
left.bind("\0left")
if os.fork() == 0:
    os.setsid()
    left.listen()
    import time
    time.sleep(100)
print(*found, 100)
