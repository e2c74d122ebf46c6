from multiprocessing import Lock, Process, RawValue


def work(me, r, lock):
    if me != 0:
        return
    for _ in range(100):
        with lock:
            r.value += 1


if __name__ == "__main__":
    r = RawValue("i", 0)
    lock = Lock()
    team = [Process(target=work, args=(n, r, lock)) for n in range(10)]
    for p in team:
        p.start()
    for p in team:
        p.join()
    print("team result", r.value)
