from multiprocessing import Process, Value

v = Value("i", 0)


def f():
    for _ in range(10):
        with v.get_lock():
            v.value += 1


if __name__ == "__main__":
    ps = [Process(target=f) for _ in range(10)]
    [p.start() for p in ps]
    [p.join() for p in ps]
    print(v.value)
