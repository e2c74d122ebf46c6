"""Prints on both streams from ten processes, in bytes that are no text."""

import os
from multiprocessing import Process


def shout(stream):
    while True:
        os.write(stream, os.urandom(4096))


if __name__ == "__main__":
    for number in range(10):
        Process(target=shout, args=(1 + number % 2,)).start()
