from multiprocessing import BoundedSemaphore, Process, RawValue

mutex = BoundedSemaphore(1)
n = RawValue("i", 0)


def P(s):
    s.acquire()


def V(s):
    s.release()


def worker():
    for _ in range(10):
        P(mutex)
        n.value = n.value + 1
        V(mutex)


if __name__ == "__main__":
    ps = [Process(target=worker) for _ in range(10)]
    for p in ps: p.start()
    for p in ps: p.join()
    print("n =", n.value)
