from multiprocessing import Event, Process, RawValue


def first(r, done):
    for _ in range(10):
        r.value += 3
    done.set()


def second(r, done):
    done.wait()
    for _ in range(12):
        r.value -= 1


if __name__ == "__main__":
    r = RawValue("i", 4)
    done = Event()
    b = Process(target=second, args=(r, done))
    a = Process(target=first, args=(r, done))
    b.start()
    a.start()
    a.join()
    b.join()
    print("r:", r.value)
