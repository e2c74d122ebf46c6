def F(r, lock):
    done = 0
    while True:
        lock.acquire()
        r.value = r.value + 1
        lock.release()
        done += 1
        if done == 9:
            break
    # the last one
    r.value = r.value + 1
