from multiprocessing import Process, RawValue, RLock


class Tally:
    def __init__(self):
        self._n = RawValue("i", 0)
        self._lock = RLock()

    def get(self):
        with self._lock:
            return self._n.value

    def set(self, n):
        with self._lock:
            self._n.value = n

    def add_one(self):
        with self._lock:
            self.set(self.get() + 1)


def work(tally):
    for _ in range(10):
        tally.add_one()


if __name__ == "__main__":
    tally = Tally()
    processes = [Process(target=work, args=(tally,)) for _ in range(10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print("tally", tally.get())
