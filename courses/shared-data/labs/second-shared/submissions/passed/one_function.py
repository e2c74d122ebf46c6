from multiprocessing import Process, Value


def change(counter, step, times):
    for _ in range(times):
        with counter.get_lock():
            counter.value += step


if __name__ == "__main__":
    counter = Value("i", 0)
    jobs = [Process(target=change, args=(counter, 3, 10)), Process(target=change, args=(counter, -1, 12))]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    print("Result:", counter.value)
