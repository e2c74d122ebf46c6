"""Knocks at the host, at other containers, at Redis and PostgreSQL, at the Docker socket."""

import glob
import socket

reached = []
for host in ("127.0.0.1", "172.17.0.1", "172.17.0.2", "172.18.0.2", "10.0.0.1", "host.docker.internal", "redis"):
    for port in (22, 80, 2375, 5432, 6379, 8080):
        try:
            with socket.create_connection((host, port), 0.05):
                reached.append((host, port))
        except OSError:
            pass
for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", *glob.glob("/run/**/*sock*", recursive=True)):
    try:
        with socket.socket(socket.AF_UNIX) as way:
            way.connect(path)
            reached.append(path)
    except OSError:
        pass
assert not reached, reached
print(100)
