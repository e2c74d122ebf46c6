from multiprocessing import Process, RawValue, SimpleQueue


def work(number, queue, step, times):
    for _ in range(times):
        token = queue.get()
        number.value += step
        queue.put(token)


if __name__ == "__main__":
    number = RawValue("i", 30)
    queue = SimpleQueue()
    queue.put("token")
    a = Process(target=work, args=(number, queue, 3, 10))
    b = Process(target=work, args=(number, queue, -1, 12))
    a.start()
    b.start()
    a.join()
    b.join()
    print("Ergebnis:", number.value)
