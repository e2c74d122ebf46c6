import struct
from multiprocessing import Lock, Process
from multiprocessing.shared_memory import SharedMemory


def work(name, lock):
    memory = SharedMemory(name)
    for _ in range(10):
        with lock:
            value = struct.unpack("i", memory.buf[:4])[0]
            memory.buf[:4] = struct.pack("i", value + 1)
    memory.close()


if __name__ == "__main__":
    lock = Lock()
    memory = SharedMemory(create=True, size=4)
    try:
        memory.buf[:4] = struct.pack("i", 0)
        ps = [Process(target=work, args=(memory.name, lock)) for _ in range(10)]
        for p in ps:
            p.start()
        for p in ps:
            p.join()
        print("in memory:", struct.unpack("i", memory.buf[:4])[0])
    finally:
        memory.close()
        memory.unlink()
