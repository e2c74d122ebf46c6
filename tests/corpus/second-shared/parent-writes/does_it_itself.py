from multiprocessing import Process, RawValue


def up(r):
    copy = r.value
    for _ in range(10):
        copy += 3


def down(r):
    copy = r.value
    for _ in range(12):
        copy -= 1


if __name__ == "__main__":
    r = RawValue("i", 2)
    p, q = Process(target=up, args=(r,)), Process(target=down, args=(r,))
    p.start()
    q.start()
    p.join()
    q.join()
    r.value = r.value + 10 * 3 - 12 * 1
    print("r is now", r.value)
