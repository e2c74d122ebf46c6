"""``python3 -m workers.dockerproxy``: see the package."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from workers.dockerproxy.server import Server, rules_for

PROFILE = Path(__file__).resolve().parents[2] / "deploy" / "seccomp.json"


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="docker proxy: %(message)s", stream=sys.stderr)
    rules = rules_for(
        options.daemon,
        options.image,
        {options.runtime, "runc"},
        json.loads(options.seccomp.read_text()),
    )
    with Server(options.listen, rules) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            # From a thread of its own: `shutdown` waits for the loop that this handler interrupts.
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        logging.info("listening on %s for workers that run %s", options.listen, rules.image)
        server.serve_forever(poll_interval=0.2)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m workers.dockerproxy", description=__doc__)
    environment = os.environ.get
    parser.add_argument("--listen", default="/run/interleave/docker/docker.sock", help="socket for workers")
    parser.add_argument("--daemon", default="/var/run/docker.sock", help="the daemon's socket")
    parser.add_argument("--image", default=environment("INTERLEAVE_SANDBOX_IMAGE") or "interleave-sandbox")
    parser.add_argument("--runtime", default=environment("INTERLEAVE_DOCKER_RUNTIME") or "")
    parser.add_argument("--seccomp", type=Path, default=PROFILE, help="the profile all containers must have")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
