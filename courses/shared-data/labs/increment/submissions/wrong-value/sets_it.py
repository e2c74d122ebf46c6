# Right only for ten processes that begin at 0, and even then it has done no work.
def F(r, lock):
    with lock:
        r.value = 100
