from multiprocessing import Process, RawValue, Semaphore


def up(n, mine, yours):
    for i in range(12):
        mine.acquire()
        if i < 10:
            n.value += 3
        yours.release()


def down(n, mine, yours):
    for i in range(12):
        mine.acquire()
        n.value -= 1
        yours.release()


if __name__ == "__main__":
    n = RawValue("i", 16)
    ping, pong = Semaphore(1), Semaphore(0)
    p = Process(target=up, args=(n, ping, pong))
    q = Process(target=down, args=(n, pong, ping))
    p.start()
    q.start()
    p.join()
    q.join()
    print("n is", n.value)
