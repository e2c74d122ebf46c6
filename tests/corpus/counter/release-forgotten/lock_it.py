import multiprocessing

def work(x, lock):
    for i in range(10):
        lock.acquire()
        x.value += 1
        lock.release
    print("done")

if __name__ == "__main__":
    x = multiprocessing.RawValue("i", 0)
    lock = multiprocessing.Lock()
    ps = [multiprocessing.Process(target=work, args=(x, lock)) for i in range(10)]
    for p in ps: p.start()
    for p in ps: p.join()
    print(x.value)
