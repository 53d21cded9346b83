"""A QR symbol as SVG text for a page, in black on its own white patch whatever the page's colours are."""

from html import escape

from mapping.printing.qr import QUIET_ZONE, symbols


def svg(text: str, title: str, level: str = "M") -> str:
    """Return the `<svg>` of the symbol with its quiet zone; `title` is what a screen reader says.

    Attributes carry the colours, so a policy against inline styles lets it through. Raises TextTooLong.
    """
    (symbol,) = symbols([text], level)
    side = symbol.size + 2 * QUIET_ZONE
    rows = []
    for y, row in enumerate(symbol.matrix):
        x = 0
        while x < symbol.size:
            start = x
            while x < symbol.size and row[x]:
                x += 1
            if x > start:
                rows.append(f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{x - start}v1h-{x - start}z")
            x += 1
    return (
        f'<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{escape(title)}" '
        f'shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" d="{"".join(rows)}"/></svg>'
    )
