import multiprocessing


def F(r, lock=multiprocessing.Lock()):
    guard = multiprocessing.Lock()
    for i in range(10):
        guard.acquire()
        r.value += 1
        guard.release()
