from multiprocessing import *

def F(r):
    for i in range(0, 10):
        print("plus 3")
        r.value = r.value + 3
    print("F is done")

def G(r):
    for i in range(0, 12):
        print("minus 1")
        r.value = r.value - 1
    print("G is done")

if __name__ == "__main__":
    r = RawValue("i", 100)
    p = Process(target=F, args=(r,))
    q = Process(target=G, args=(r,))
    p.start()
    q.start()
    p.join()
    q.join()
    print("In the end r is", r.value)
