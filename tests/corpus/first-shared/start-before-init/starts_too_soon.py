from multiprocessing import Process, Value


def add(v):
    v.value = v.value + 10


v = Value("i", 32)
p = Process(target=add, args=(v,))
p.start()
v.value = 32
p.join()
print("v =", v.value)
