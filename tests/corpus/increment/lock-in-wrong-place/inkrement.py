# Uebung 4
def F(r, lock):
    alt = r.value
    lock.acquire()
    for i in range(0, 10):
        alt = alt + 1
        r.value = alt
    lock.release()
