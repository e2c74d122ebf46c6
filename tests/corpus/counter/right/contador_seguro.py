import multiprocessing


class ContadorSeguro:
    """Un contador que pueden usar varios procesos a la vez."""

    def __init__(self, inicio=0):
        self.numero = multiprocessing.RawValue("i", inicio)
        self.cerrojo = multiprocessing.Lock()

    def incrementar(self):
        with self.cerrojo:
            self.numero.value += 1

    @property
    def valor(self):
        return self.numero.value


def tarea(contador):
    for _ in range(10):
        contador.incrementar()


if __name__ == "__main__":
    contador = ContadorSeguro()
    procesos = [multiprocessing.Process(target=tarea, args=[contador]) for _ in range(10)]
    for proceso in procesos:
        proceso.start()
    for proceso in procesos:
        proceso.join()
    print("valor final:", contador.valor)
