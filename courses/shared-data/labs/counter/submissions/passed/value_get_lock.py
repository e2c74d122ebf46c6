from multiprocessing import Process, Value


def work(counter):
    for i in range(10):
        with counter.get_lock():
            counter.value += 1


if __name__ == "__main__":
    counter = Value("i", 1000)
    ps = [Process(target=work, args=(counter,)) for i in range(10)]
    [p.start() for p in ps]
    [p.join() for p in ps]
    print(f"Started with 1000, ended with {counter.value}")
