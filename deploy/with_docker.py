"""Entry point of the proxy's container: gives root up, but keeps the group that may use the Docker socket.

Which group owns the socket differs from host to host, so nobody has to look it up. Who may use that socket
is as good as root on the host; SECURITY.md says what that means and which ways there are round it.
"""

from __future__ import annotations

import os
import sys

UID = 64000
SOCKET = "/var/run/docker.sock"


def main() -> None:
    """Become the unprivileged user, then the command of the arguments."""
    if os.geteuid() == 0:
        groups = [os.stat(SOCKET).st_gid] if os.path.exists(SOCKET) else []
        os.setgroups(groups)
        os.setresgid(UID, UID, UID)
        os.setresuid(UID, UID, UID)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command of the compose file


if __name__ == "__main__":
    main()
