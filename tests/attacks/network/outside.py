"""Looks for a way out: names, addresses, the metadata service, every protocol."""

import socket

reached = []
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ("169.254.169.254", 80)),
    (socket.AF_INET, socket.SOCK_STREAM, ("1.1.1.1", 443)),
    (socket.AF_INET, socket.SOCK_DGRAM, ("8.8.8.8", 53)),
    (socket.AF_INET6, socket.SOCK_STREAM, ("2606:4700::1111", 443)),
    (socket.AF_INET, socket.SOCK_RAW, ("1.1.1.1", 0)),
    (socket.AF_PACKET, socket.SOCK_RAW, ("eth0", 0)),
):
    try:
        with socket.socket(family, kind) as way:
            way.settimeout(0.5)
            way.connect(address)
            reached.append(address)
    except OSError:
        pass
try:
    reached.append(socket.gethostbyname("example.org"))
except OSError:
    pass
assert not reached, reached
print(100)
