"""The cost of a payment by the size of the chain, drawn as an SVG from the figures' JSON."""

import math

WIDTH, HEIGHT, MARGIN = 640, 360, 56


def svg(points):
    """`points`: of the figure `growth`. Logarithmic in the size, linear in the cost."""
    top = 1.2 * max(max(p["import_us"], p["import_cpu_us"]) for p in points)
    low, high = math.log10(points[0]["payments"]), math.log10(points[-1]["payments"])

    def place(payments, cost):
        share = (math.log10(payments) - low) / (high - low or 1)
        return MARGIN + share * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - cost / top * (HEIGHT - 2 * MARGIN)

    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{MARGIN}" y="24">Microseconds a payment imported, by payments of the chain</text>']
    for step in range(5):
        cost = top * step / 4
        _, y = place(points[0]["payments"], cost)
        lines.append(f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>'
                     f'<text x="{MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end">{cost:.1f}</text>')
    for point in points:
        x, _ = place(point["payments"], 0)
        lines.append(f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">'
                     f'{point["payments"]:,}</text>')
    for name, colour, label in (("import_us", "#1f6f8b", "elapsed"), ("import_cpu_us", "#c05020", "CPU")):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(p["payments"], p[name]) for p in points))
        x, y = place(points[-1]["payments"], points[-1][name])
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{label}</text>')
    return "\n".join([*lines, "</svg>", ""])
