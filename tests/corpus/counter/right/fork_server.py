import multiprocessing


def work(counter):
    for _ in range(10):
        with counter.get_lock():
            counter.value += 1


def main():
    ctx = multiprocessing.get_context("forkserver")
    counter = ctx.Value("i", 0)
    jobs = [ctx.Process(target=work, kwargs={"counter": counter}) for _ in range(10)]
    for j in jobs:
        j.start()
    for j in jobs:
        j.join()
    print("counter:", counter.value)


if __name__ == "__main__":
    main()
