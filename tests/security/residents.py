"""A household with a letter, and the ways into its page that tests of residents share."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import zxingcpp
from django.http import HttpResponse
from django.test import Client

from households.models import Household
from households.residents import letters, secret_keeping
from households.residents.letters import LetterOrder
from mapping import wall


def issue(officer: Any, household: Household) -> str:
    """A new secret of the household, as an officer's letter carries it."""
    with wall.acting(officer):
        (issued,) = secret_keeping.issue(user=officer, households=[household])
    return issued.secret


def letter(officer: Any, household: Household) -> bytes:
    """The PDF of a new letter."""
    order = LetterOrder(household.house.commune, proof=True)
    with wall.acting(officer):
        return letters.single_letter(user=officer, household=household, order=order)


def open_page(client: Client, household: Household, secret: str, **extra: Any) -> HttpResponse:
    """Type both codes into the door."""
    return client.post("/ho/", {"house_code": household.house.code, "secret": secret}, **extra)


def read_qr(pdf: bytes, page: int = 0) -> str:
    """What a phone reads on a page."""
    document = pdfium.PdfDocument(pdf)
    picture = document[page].render(scale=150 / 72, grayscale=True).to_numpy()
    (found,) = zxingcpp.read_barcodes(np.ascontiguousarray(picture.reshape(picture.shape[:2])))
    return str(found.text)


def text_of(pdf: bytes, page: int = 0) -> str:
    """The text on a page."""
    return pdfium.PdfDocument(pdf)[page].get_textpage().get_text_range().replace("\r\n", "\n")


def secret_on(pdf: bytes, page: int = 0) -> str:
    """The secret that stands on a letter in groups of four."""
    found = re.search(r"\b(?:[0-9A-Z]{4} ){4}[0-9A-Z]{4}\b", text_of(pdf, page))
    assert found, text_of(pdf, page)
    return found.group()
