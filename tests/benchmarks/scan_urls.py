"""The product's addresses and, before them, an empty view: what a request costs when it does nothing."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import urls
from config.urls import handler403, handler404, handler500

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]


def hello(request: HttpRequest) -> HttpResponse:
    """Answer with one word."""
    return HttpResponse("hello")


@csrf_exempt
def empty_post(request: HttpRequest) -> HttpResponse:
    """Take what somebody sends, ask who it is, and answer with one word."""
    taken = len(request.body) if request.user.is_authenticated else 0
    return HttpResponse("hello" if taken else "nothing", status=200 if taken else 401)


urlpatterns = [path("hello/", hello), path("api/empty-post/", empty_post), *urls.urlpatterns]
