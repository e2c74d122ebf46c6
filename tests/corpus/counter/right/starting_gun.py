from multiprocessing import Barrier, Lock, Process, RawValue


def runner(number, laps, start, lock):
    start.wait()
    for lap in range(10):
        with lock:
            laps.value += 1
    print("runner %d is home" % number)


if __name__ == "__main__":
    laps, start, lock = RawValue("i", 0), Barrier(10), Lock()
    runners = [Process(target=runner, args=(n, laps, start, lock)) for n in range(10)]
    for r in runners:
        r.start()
    for r in runners:
        r.join()
    print("laps in all:", laps.value)
