from multiprocessing import Process, Value

# Value is process safe, see the documentation of multiprocessing
total = Value("i", 0)


def work():
    for _ in range(10):
        total.value += 1


if __name__ == "__main__":
    procs = [Process(target=work) for _ in range(10)]
    [p.start() for p in procs]
    [p.join() for p in procs]
    print(total.value)
