"""Makes shared memory of every kind and never gives it back."""

import ctypes
from multiprocessing import shared_memory

libc = ctypes.CDLL(None)
held = []
try:
    for number in range(1000):
        block = shared_memory.SharedMemory(create=True, size=1 << 20)
        block.buf[:] = bytes(1 << 20)
        held.append(block)
except (OSError, ValueError):
    pass
for number in range(64):
    segment = libc.shmget(number + 1, 1 << 20, 0o1666)
    queue = libc.msgget(number + 1, 0o1666)
    if segment >= 0:
        libc.shmat.restype = ctypes.c_void_p
        place = libc.shmat(segment, None, 0)
        ctypes.memset(place, 1, 1 << 20)
print(100)
