import struct
from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory


def worker(name):
    shm = SharedMemory(name=name)
    for _ in range(10):
        (n,) = struct.unpack_from("i", shm.buf, 0)
        struct.pack_into("i", shm.buf, 0, n + 1)
    shm.close()


if __name__ == "__main__":
    memory = SharedMemory(create=True, size=4)
    struct.pack_into("i", memory.buf, 0, 0)
    workers = [Process(target=worker, args=(memory.name,)) for _ in range(10)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print("counter:", struct.unpack_from("i", memory.buf, 0)[0])
    memory.close()
    memory.unlink()
