from multiprocessing import Pipe, Process, RawValue


def work(n, take, give):
    for _ in range(10):
        take.recv()
        n.value += 1
        give.send("your turn")


if __name__ == "__main__":
    n = RawValue("i", 0)
    ends = [Pipe(duplex=False) for _ in range(10)]
    workers = []
    for k in range(10):
        take = ends[k][0]
        give = ends[(k + 1) % 10][1]
        workers.append(Process(target=work, args=(n, take, give)))
    for w in workers:
        w.start()
    ends[0][1].send("begin")
    for w in workers:
        w.join()
    print("n is", n.value)
