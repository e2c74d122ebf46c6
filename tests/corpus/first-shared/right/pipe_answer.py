from multiprocessing import Pipe, Process, RawValue


def worker(r, connection):
    while True:
        step = connection.recv()
        if step is None:
            break
        r.value += step
        connection.send(r.value)
    connection.close()


if __name__ == "__main__":
    r = RawValue("i", 90)
    ours, theirs = Pipe()
    p = Process(target=worker, args=(r, theirs))
    p.start()
    for step in (1, 2, 3, 4):
        ours.send(step)
        print("now", ours.recv())
    ours.send(None)
    p.join()
    print("at the end", r.value)
