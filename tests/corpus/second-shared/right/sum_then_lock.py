from multiprocessing import Lock, Process, RawValue

def up(r, lock):
    s = 0
    for i in range(10):
        s += 3
    with lock: r.value += s

def down(r, lock):
    s = 0
    for i in range(12):
        s -= 1
    with lock: r.value += s

if __name__ == "__main__":
    r, lock = RawValue("i", 55), Lock()
    p, q = Process(target=up, args=(r, lock)), Process(target=down, args=(r, lock))
    p.start(); q.start(); p.join(); q.join()
    print("The final value is {}".format(r.value))
