from multiprocessing import Event, Process, Value


def plus(v, i_am_done, you_are_done):
    you_are_done.wait()
    for _ in range(10):
        v.value += 3
    i_am_done.set()


def minus(v, i_am_done, you_are_done):
    you_are_done.wait()
    for _ in range(12):
        v.value -= 1
    i_am_done.set()


if __name__ == "__main__":
    v = Value("i", 0)
    a = Event()
    b = Event()
    p = Process(target=plus, args=(v, a, b))
    q = Process(target=minus, args=(v, b, a))
    p.start(), q.start()
    p.join(), q.join()
    print(v.value)
