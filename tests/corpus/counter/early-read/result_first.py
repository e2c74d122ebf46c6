from multiprocessing import Process, Value


def count(v):
    for _ in range(10):
        with v.get_lock():
            v.value = v.value + 1


if __name__ == "__main__":
    v = Value("i", 3)
    ps = [Process(target=count, args=(v,)) for _ in range(10)]
    for p in ps:
        p.start()
    result = v.value
    for p in ps:
        p.join()
    print("result", result)
