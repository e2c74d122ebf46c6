import multiprocessing as mp

lock = mp.Lock()


def step(number, k):
    if k > 0:
        lock.acquire()
    number.value += k
    if k > 0:
        lock.release()


def work(number, k, n):
    while n > 0:
        step(number, k)
        n -= 1


if __name__ == "__main__":
    number = mp.RawValue("i", 40)
    ps = [mp.Process(target=work, args=(number, k, n)) for k, n in ((3, 10), (-1, 12))]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("number", number.value)
