from multiprocessing import Manager, Process


def add(value):
    for _ in range(10):
        value.value += 1


if __name__ == "__main__":
    with Manager() as manager:
        value = manager.Value("i", 0)
        ps = [Process(target=add, args=(value,)) for _ in range(10)]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        print("value:", value.value)
