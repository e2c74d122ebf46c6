import multiprocessing as mp

r = mp.RawValue("i", 5)


def work():
    r.value += 10
    print("child", r.value)


if __name__ == "__main__":
    ctx = mp.get_context("spawn")
    p = ctx.Process(target=work)
    p.start()
    p.join()
    print("parent", r.value)
