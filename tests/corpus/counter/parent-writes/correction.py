from multiprocessing import Process, RawValue


def count(n):
    for _ in range(10):
        n.value += 1


if __name__ == "__main__":
    n = RawValue("i", 0)
    kids = [Process(target=count, args=(n,)) for _ in range(10)]
    for k in kids:
        k.start()
    for k in kids:
        k.join()
    missing = 100 - n.value
    if missing:
        n.value += missing
    print("n:", n.value)
