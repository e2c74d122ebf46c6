# one process for each core and one spare for the rest
from multiprocessing import Lock, Process, Value

CORES = 4


def work(v, n):
    for _ in range(n):
        with v.get_lock():
            v.value += 1


if __name__ == "__main__":
    v = Value("i", 0)
    ps = [Process(target=work, args=(v, 25)) for _ in range(CORES)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("after all:", v.value)
