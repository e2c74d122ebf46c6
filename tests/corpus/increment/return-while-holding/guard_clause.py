def add_one(r, lock, i):
    lock.acquire()
    r.value += 1
    if i == 9:
        print("finished with", r.value)
        return
    lock.release()


def F(r, lock):
    for i in range(10):
        add_one(r, lock, i)
