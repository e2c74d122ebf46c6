from functools import wraps


def protegido(cerrojo):
    def decorador(funcion):
        @wraps(funcion)
        def envuelta(*args):
            cerrojo.acquire()
            try:
                return funcion(*args)
            finally:
                cerrojo.release()

        return envuelta

    return decorador


def deposit(balance, amount, lock):
    @protegido(lock)
    def ingresar(cuenta, cantidad):
        saldo = cuenta.value
        cuenta.value = saldo + cantidad
        return cuenta.value

    print("nuevo saldo:", ingresar(balance, amount))
