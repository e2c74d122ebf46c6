import functools
import multiprocessing

r = multiprocessing.RawValue("i", 0)
mutex = multiprocessing.Lock()


def synchronized(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with mutex:
            return function(*args, **kwargs)

    return wrapper


@synchronized
def increment():
    r.value += 1


def work():
    for _ in range(10):
        increment()


if __name__ == "__main__":
    ps = [multiprocessing.Process(target=work) for _ in range(10)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    print(r.value)
