from multiprocessing import Array, Process


def work(shared):
    for _ in range(10):
        with shared.get_lock():
            shared[0] += 1


if __name__ == "__main__":
    shared = Array("i", [0])
    workers = [Process(target=work, args=(shared,)) for _ in range(10)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print("shared[0] is", shared[0])
