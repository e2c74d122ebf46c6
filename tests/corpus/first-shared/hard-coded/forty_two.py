from multiprocessing import *

def F(n):
    n = n + 10
    print("The process has", n)

if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r.value,))
    p.start()
    p.join()
    print("The parent has", 42)
