import multiprocessing as mp


def work(a):
    for _ in range(10):
        copy = a[:]
        copy[0] += 1
        a[:] = copy


if __name__ == "__main__":
    a = mp.RawArray("i", 1)
    processes = list(map(lambda _: mp.Process(target=work, args=(a,)), range(10)))
    for p in processes:
        p.start()
    while processes:
        processes.pop().join()
    print("a =", a[0])
