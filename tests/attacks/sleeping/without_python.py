"""Waits in a system call of its own choice, for longer than anybody does."""

import ctypes
import select
import threading

ctypes.CDLL(None).sleep(10**6)
select.poll().poll(10**8)
threading.Event().wait()
