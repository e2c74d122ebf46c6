from multiprocessing import Event, Process, RawValue


def add(r, step, times, before, after):
    if before is not None:
        before.wait()
    after.set()
    for _ in range(times):
        r.value += step


if __name__ == "__main__":
    r = RawValue("i", 0)
    first_done, second_done = Event(), Event()
    p = Process(target=add, args=(r, 3, 10, None, first_done))
    q = Process(target=add, args=(r, -1, 12, first_done, second_done))
    q.start()
    p.start()
    second_done.wait()
    p.join()
    q.join()
    print("result", r.value)
