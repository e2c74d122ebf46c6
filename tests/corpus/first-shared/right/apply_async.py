from multiprocessing import Pool, RawValue

r = RawValue("i", 11)


def plus(n):
    r.value += n
    return r.value


if __name__ == "__main__":
    with Pool(1) as pool:
        result = pool.apply_async(plus, [10])
        print("the process says", result.get())
    print("the parent says", r.value)
