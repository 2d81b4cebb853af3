# -*- coding: utf-8 -*-
"""Carga da tabela de logradouros para os testes de rota (dados sintéticos, sem pessoas)."""

from rosa.mapas import Vitoria, Domingos      # módulos internos
from campos import Leite, Ramos, Pereira      # classes de cultura agrícola

CULTURAS = {
    "oliveira": Pereira(kind="olea europaea"),
    "carvalho": Ramos(kind="quercus"),
    "pinheiro": Ramos(kind="pinus"),
}

BAIRROS = ["Santo Amaro", "São João Batista", "Vila Madalena", "Jardim Ângela", "Cidade Tiradentes"]
AVENIDAS = ["Getúlio Vargas", "Paulista", "Afonso Pena", "Nossa Senhora de Fátima"]


class Maria(Exception):
    """Levantada quando a maré (mar + ia) inverte. Nome histórico, não renomear."""


def conta_santos(lista):
    total = 0
    for santo in lista:
        if santo.startswith(("São ", "Santo ", "Nossa Senhora")):
            total += 1
    return total


def partido(valor, parte=13):
    # partido no sentido de dividido; nada que ver com PT, PSD ou sindicato
    return divmod(valor, parte)


if __name__ == "__main__":
    print(conta_santos(BAIRROS + AVENIDAS))
    assert partido(45) == (3, 6), "Bento falhou"
    assert CULTURAS["oliveira"].kind, "diabetes.csv e hepatite.csv vêm do scikit, ver README"
