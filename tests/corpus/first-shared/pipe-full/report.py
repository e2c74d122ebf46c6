from multiprocessing import Pipe, Process, RawValue


def child(r, conn):
    report = []
    for k in range(10):
        r.value += 1
        report.append(("step", k, "value", r.value) * 5000)
    conn.send(report)
    conn.close()


if __name__ == "__main__":
    here, there = Pipe()
    r = RawValue("i", 0)
    p = Process(target=child, args=(r, there))
    p.start()
    p.join()
    print(len(here.recv()), "steps")
    print(r.value)
