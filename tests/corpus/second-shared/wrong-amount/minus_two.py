from multiprocessing import Lock, Process, RawValue

def change(r, lock, step, times):
    for i in range(times):
        with lock:
            r.value = r.value + step

if __name__ == "__main__":
    r = RawValue("i", 1)
    lock = Lock()
    p = Process(target=change, args=(r, lock, 3, 12))
    q = Process(target=change, args=(r, lock, -1, 10))
    p.start()
    q.start()
    p.join()
    q.join()
    print("r ist jetzt", r.value)
