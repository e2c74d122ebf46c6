from multiprocessing import Lock, Process, RawValue


class SafeInt:
    def __init__(self, start):
        self.raw = RawValue("i", start)
        self.lock = Lock()

    def get(self):
        with self.lock:
            return self.raw.value

    def add(self, k):
        with self.lock:
            self.raw.value = self.get() + k


def work(n, k, times):
    for _ in range(times):
        n.add(k)


if __name__ == "__main__":
    n = SafeInt(0)
    a = Process(target=work, args=(n, 3, 10))
    b = Process(target=work, args=(n, -1, 12))
    a.start()
    b.start()
    a.join()
    b.join()
    print("n:", n.get())
