from multiprocessing import Process, RawValue


def F(r):
    for i in range(10):
        r.value = r.value + 1


def attempt():
    r = RawValue("i", 0)
    ps = [Process(target=F, args=(r,)) for i in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    return r.value


if __name__ == "__main__":
    result = attempt()
    while result != 100:
        result = attempt()
    print("The final value is", result)
