"""Sleeps for ever, in the parent and in a child."""

import time
from multiprocessing import Process

if __name__ == "__main__":
    Process(target=time.sleep, args=(10**6,)).start()
    time.sleep(10**6)
