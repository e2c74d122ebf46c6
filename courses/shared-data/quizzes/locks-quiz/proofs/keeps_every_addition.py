from multiprocessing import *
from time import sleep


class SlowInteger:
    """A shared integer that takes its time after a read, so that a race is lost in every run."""

    def __init__(self, start):
        self.box = RawValue("i", start)

    @property
    def value(self):
        seen = self.box.value
        sleep(0.005)
        return seen

    @value.setter
    def value(self, new):
        self.box.value = new


OPTION

if __name__ == "__main__":
    r = SlowInteger(0)
    lock = Lock()
    processes = [Process(target=F, args=(r, lock)) for i in range(0, 3)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    assert r.box.value == 30
