from multiprocessing import Lock, Process, RawValue


def work(me, done, lock):
    for _ in range(10):
        with lock:
            done.value += 1
    if me == 0:
        with lock:
            finished = done.value
        print("the others need %.1f times as long" % (finished / (100 - finished)))


if __name__ == "__main__":
    done = RawValue("i", 0)
    lock = Lock()
    workers = [Process(target=work, args=(n, done, lock)) for n in range(10)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print("done:", done.value)
