from multiprocessing import Process, Queue, RawValue


def work(q):
    q.put("hello")


if __name__ == "__main__":
    r = RawValue("i", 0)
    q = Queue()
    p = Process(target=work, args=(q,))
    p.start()
    print("child says", q.get())
    p.join()
    r.value += 10
    print(r.value)
