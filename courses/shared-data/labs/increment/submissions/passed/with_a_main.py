import multiprocessing


def add_one(number):
    number.value = number.value + 1


def F(r, lock):
    done = 0
    while done < 10:
        lock.acquire()
        add_one(r)
        done = done + 1
        lock.release()


if __name__ == "__main__":
    r = multiprocessing.RawValue("i", 0)
    lock = multiprocessing.Lock()
    processes = [multiprocessing.Process(target=F, args=(r, lock)) for _ in range(10)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(r.value)
