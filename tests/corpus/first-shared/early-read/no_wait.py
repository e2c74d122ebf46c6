from multiprocessing import Process, RawValue

def add(r):
    r.value = r.value + 10

if __name__ == "__main__":
    r = RawValue("i", 32)
    p = Process(target=add, args=(r,))
    p.start()
    print("parent:", r.value)
    p.join()
