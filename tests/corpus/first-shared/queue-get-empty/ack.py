from multiprocessing import Process, Queue, RawValue


def child(r, todo, answers):
    step = todo.get()
    r.value += step
    answers.put("ok")


if __name__ == "__main__":
    r = RawValue("i", 0)
    todo, answers = Queue(), Queue()
    p = Process(target=child, args=(r, todo, answers))
    p.start()
    answers.put(10)
    p.join()
    print(answers.get())
    print(r.value)
