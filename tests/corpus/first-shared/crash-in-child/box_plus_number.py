from multiprocessing import *

def F(r):
    print("The process has", r.value)
    r.value = r + 10

if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r,))
    p.start()
    p.join()
    print("The parent has", r.value)
