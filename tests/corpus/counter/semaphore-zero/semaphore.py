from multiprocessing import Process, RawValue, Semaphore


def work(r, sem):
    for i in range(10):
        sem.acquire()
        r.value += 1
        sem.release()


if __name__ == "__main__":
    r = RawValue("i", 0)
    sem = Semaphore(0)
    ps = [Process(target=work, args=(r, sem)) for i in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print("r", r.value)
