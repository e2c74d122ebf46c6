# Changes a copy of the number; the shared one stays as it was.
def F(r, lock):
    number = r.value
    for i in range(0, 10):
        with lock:
            number = number + 1
