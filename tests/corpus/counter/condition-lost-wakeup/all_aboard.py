from multiprocessing import Condition, Process, RawValue


def work(r, start):
    with start:
        start.wait()
    for _ in range(10):
        with start:
            r.value += 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    start = Condition()
    workers = [Process(target=work, args=(r, start)) for _ in range(10)]
    for w in workers:
        w.start()
    with start:
        start.notify_all()
    for w in workers:
        w.join()
    print("r is", r.value)
