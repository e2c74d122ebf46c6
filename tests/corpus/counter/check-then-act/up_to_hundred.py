from multiprocessing import Lock, Process, RawValue

GOAL = 100


def climb(height, lock):
    while height.value < GOAL:
        with lock:
            height.value += 1


if __name__ == "__main__":
    height = RawValue("i", 0)
    lock = Lock()
    climbers = [Process(target=climb, args=(height, lock)) for _ in range(10)]
    for c in climbers:
        c.start()
    for c in climbers:
        c.join()
    print("We are at", height.value)
