from multiprocessing import Process, RawValue


def is_perfect(n):
    return n == sum(d for d in range(1, n) if n % d == 0)


def work(r):
    found = [n for n in range(2, 40_000_000) if is_perfect(n)]
    r.value += 10
    print(found)


if __name__ == "__main__":
    r = RawValue("i", 0)
    p = Process(target=work, args=(r,))
    p.start()
    p.join()
    print(r.value)
