import multiprocessing

lock = None


def up(r):
    for _ in range(10):
        with lock:
            r.value += 3


def down(r):
    for _ in range(12):
        r.value -= 1


def main():
    lock = multiprocessing.Lock()
    r = multiprocessing.RawValue("i", 0)
    p = multiprocessing.Process(target=up, args=(r,))
    q = multiprocessing.Process(target=down, args=(r,))
    p.start()
    p.join()
    q.start()
    q.join()
    print("r", r.value)


if __name__ == "__main__":
    main()
