from multiprocessing import Lock, Process, RawValue


def up(r, lock, printing):
    for i in range(10):
        with lock:
            r.value += 3
            with printing:
                print("up:", r.value)


def down(r, lock, printing):
    for i in range(12):
        with printing:
            with lock:
                r.value -= 1
                print("down:", r.value)


if __name__ == "__main__":
    r = RawValue("i", 5)
    lock = Lock()
    printing = Lock()
    p = Process(target=up, args=(r, lock, printing))
    q = Process(target=down, args=(r, lock, printing))
    p.start()
    q.start()
    p.join()
    q.join()
    print("final value", r.value)
