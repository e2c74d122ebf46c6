import time
from multiprocessing import Lock, Process, RawValue

PROCESSES, TIMES = 10, 10


def work(me, r, lock):
    begin = time.time()
    for _ in range(TIMES):
        time.sleep(0.001)
        with lock:
            r.value += 1
    print("process %d took %.3f s" % (me, time.time() - begin))


if __name__ == "__main__":
    begin = time.perf_counter()
    r, lock = RawValue("i", 0), Lock()
    team = []
    for me in range(PROCESSES):
        team.append(Process(target=work, args=(me, r, lock)))
        team[-1].start()
    for p in team:
        p.join()
    print("took", round(time.perf_counter() - begin, 2), "s")
    print("expected", PROCESSES * TIMES, "and got", r.value)
