# banco
def transfer(source, target, amount, source_lock, target_lock):
    origen = source
    destino = target
    # primero sacar el dinero
    origen.value = origen.value - amount
    # y luego meterlo
    destino.value = destino.value + amount
