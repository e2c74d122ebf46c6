from multiprocessing import Condition, Process, RawValue


def work(n, finished, condition):
    for _ in range(10):
        with condition:
            n.value += 1
    with condition:
        finished.value += 1
        condition.notify()


if __name__ == "__main__":
    n, finished = RawValue("i", 0), RawValue("i", 0)
    condition = Condition()
    for _ in range(10):
        Process(target=work, args=(n, finished, condition)).start()
    with condition:
        while finished.value < 10:
            condition.wait()
    print("n =", n.value)
