"""Reads QR codes that a terminal shows, by ZBar: what a phone would read from the screen."""

import ctypes

MODULE = 4  # pixels a module
BLANKS = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}  # upper and lower half: is it light?


def pixels(text):
    """(columns, rows, grey values) of the lines of half blocks in the text."""
    lines = [line for line in text.splitlines() if line and set(line) <= set(BLANKS)]
    grey = bytearray()
    for line in lines:
        for half in (0, 1):
            row = b"".join((b"\xff" if BLANKS[sign][half] else b"\x00") * MODULE for sign in line)
            grey += row * MODULE
    return len(lines[0]) * MODULE, len(lines) * 2 * MODULE, bytes(grey)


def read(text):
    """What the QR codes in a text of half blocks say."""
    zbar = ctypes.CDLL("libzbar.so.0")
    for name in ("zbar_image_scanner_create", "zbar_image_create", "zbar_image_first_symbol",
                 "zbar_symbol_next"):
        getattr(zbar, name).restype = ctypes.c_void_p
    zbar.zbar_symbol_get_data.restype = ctypes.c_char_p
    columns, rows, grey = pixels(text)
    scanner = ctypes.c_void_p(zbar.zbar_image_scanner_create())
    image = ctypes.c_void_p(zbar.zbar_image_create())
    zbar.zbar_image_set_format(image, ctypes.c_ulong(int.from_bytes(b"Y800", "little")))
    zbar.zbar_image_set_size(image, columns, rows)
    zbar.zbar_image_set_data(image, grey, ctypes.c_ulong(len(grey)), None)
    zbar.zbar_scan_image(scanner, image)
    found, symbol = [], zbar.zbar_image_first_symbol(image)
    while symbol:
        found.append(zbar.zbar_symbol_get_data(ctypes.c_void_p(symbol)).decode())
        symbol = zbar.zbar_symbol_next(ctypes.c_void_p(symbol))
    zbar.zbar_image_destroy(image)
    zbar.zbar_image_scanner_destroy(scanner)
    return found
