"""The map that django-leaflet makes on a page, as tests measure it."""

from __future__ import annotations

from playwright.sync_api import Page

# A zoom begins one frame after it was asked for, so that the map must be still for some. The class that Leaflet gives a
# map while it pans says less: a pan that comes upon another one goes on without it.
_AT_REST = """() => new Promise((tell) => {
  let still = 0;
  const look = () => {
    const { _panAnim: pan, _animatingZoom: isZooming } = leafletmapmap;
    still = pan?._inProgress || isZooming ? 0 : still + 1;
    if (still > 3) tell();
    else requestAnimationFrame(look);
  };
  look();
})"""


def at_rest(page: Page) -> None:
    """Wait until the map neither pans nor zooms."""
    page.evaluate(_AT_REST)
