from multiprocessing import Lock, Process, Queue, RawValue


def work(me, r, lock, log):
    seen = []
    for _ in range(10):
        with lock:
            r.value += 1
            seen.append("process %03d wrote %05d " % (me, r.value) * 1000)
    log.put(seen)


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    log = Queue()
    ps = [Process(target=work, args=(n, r, lock, log)) for n in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    steps = sum(len(log.get()) for _ in ps)
    print(steps, "steps were made")
    print("r is", r.value)
