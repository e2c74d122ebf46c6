"""What stands between workers and the Docker daemon: it lets through what a sandbox needs, nothing else.

``python3 -m workers.dockerproxy`` listens on a Unix socket of its own and alone holds the daemon's. A worker
that was taken over can start confined containers through it, and that is all. Standard library only:
the less there is in this process the better, for it is root's equal on the host.
"""
