import multiprocessing


class Sumador(multiprocessing.Process):
    def __init__(self, caja, cantidad):
        multiprocessing.Process.__init__(self)
        self.caja = caja
        self.cantidad = cantidad

    def run(self):
        for _ in range(self.cantidad):
            self.caja.value += 1
        print("hijo:", self.caja.value)


def principal():
    caja = multiprocessing.Value("i", 32)
    hijo = Sumador(caja, 10)
    hijo.start()
    hijo.join()
    print("padre:", caja.value)


if __name__ == "__main__":
    principal()
