from multiprocessing import Process, RawValue

START = 0


def F(r):
    for i in range(10):
        r.value += 1


if __name__ == "__main__":
    r = RawValue("i", START)
    ps = [Process(target=F, args=(r,)) for _ in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("Ten processes, ten times each:", START + 10 * 10)
