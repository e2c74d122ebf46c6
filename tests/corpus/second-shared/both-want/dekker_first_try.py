from multiprocessing import Process, RawArray, RawValue


def work(me, r, wants, step, times):
    other = 1 - me
    for _ in range(times):
        wants[me] = 1
        while wants[other]:
            pass
        r.value += step
        wants[me] = 0


if __name__ == "__main__":
    r = RawValue("i", 0)
    wants = RawArray("i", [0, 0])
    p = Process(target=work, args=(0, r, wants, 3, 10))
    q = Process(target=work, args=(1, r, wants, -1, 12))
    p.start()
    q.start()
    p.join()
    q.join()
    print("r:", r.value)
