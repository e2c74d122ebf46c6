from multiprocessing import *

def F(r):
    r.value = r.value + 10
    print("The process has", r.value)

if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=F, args=(r,))
    p.start()
    p.join()
    print("The parent has", r.value)
