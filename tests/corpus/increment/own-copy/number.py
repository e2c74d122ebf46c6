def F(r, lock):
    with lock:
        number = r.value
        for i in range(10):
            number += 1
    return number
