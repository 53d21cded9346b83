"""The product's addresses and, before them, an empty view: what a request costs when it does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls
from config.urls import handler403, handler404, handler500

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def hello(request: HttpRequest) -> HttpResponse:
    """Answer with one word."""
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello), *urls.urlpatterns]
