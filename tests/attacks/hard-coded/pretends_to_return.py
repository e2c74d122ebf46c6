"""A function that guesses: it writes the value that ten additions of ten would have made."""


def F(r, lock):
    with lock:
        r.value = 100
