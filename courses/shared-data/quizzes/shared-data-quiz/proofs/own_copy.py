from multiprocessing import *


def F(n):
    n = n + 1


if __name__ == "__main__":
    n = 55
    p = Process(target=F, args=(n,))
    p.start()
    p.join()
    print(n)
