# The bakery algorithm from the lecture: nobody needs a lock from the library.
from multiprocessing import Process, RawArray, RawValue
from time import sleep

N = 10


def lock(me, choosing, ticket):
    choosing[me] = 1
    ticket[me] = max(ticket[k] for k in range(N)) + 1
    choosing[me] = 0
    for other in range(N):
        while choosing[other]:
            sleep(0.0001)
        while ticket[other] != 0 and (ticket[other], other) < (ticket[me], me):
            sleep(0.0001)


def unlock(me, ticket):
    ticket[me] = 0


def work(me, r, choosing, ticket):
    for _ in range(10):
        lock(me, choosing, ticket)
        r.value += 1
        unlock(me, ticket)


if __name__ == "__main__":
    r = RawValue("i", 0)
    choosing = RawArray("i", N)
    ticket = RawArray("i", N)
    customers = [Process(target=work, args=(k, r, choosing, ticket)) for k in range(N)]
    for c in customers:
        c.start()
    for c in customers:
        c.join()
    print("r =", r.value)
