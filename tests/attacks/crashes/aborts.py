"""Ends by signals and statuses that a shell or a supervisor might take for something else."""

import ctypes
import os

if os.fork() == 0:
    ctypes.string_at(0)
os.kill(os.getpid(), 6)
