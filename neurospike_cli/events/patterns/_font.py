"""The font of `glyphs`: 26 capital letters, 10 digits and a space, 5×7 cells each.

One line a row, glyphs side by side in the order above them, six cells apart; # is lit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 7, 5

_PAGES = {
    "ABCDEFGHI": """
 ###  ####   #### ####  ##### #####  #### #   # #####
#   # #   # #     #   # #     #     #     #   #   #
#   # #   # #     #   # #     #     #     #   #   #
##### ####  #     #   # ####  ####  #  ## #####   #
#   # #   # #     #   # #     #     #   # #   #   #
#   # #   # #     #   # #     #     #   # #   #   #
#   # ####   #### ####  ##### #      #### #   # #####
""",
    "JKLMNOPQR": """
  ### #   # #     #   # #   #  ###  ####   ###  ####
    # #  #  #     ## ## ##  # #   # #   # #   # #   #
    # # #   #     # # # ##  # #   # #   # #   # #   #
    # ##    #     # # # # # # #   # ####  #   # ####
    # # #   #     #   # #  ## #   # #     # # # # #
#   # #  #  #     #   # #  ## #   # #     #  #  #  #
 ###  #   # ##### #   # #   #  ###  #      ## # #   #
""",
    "STUVWXYZ ": """
 #### ##### #   # #   # #   # #   # #   # #####
#       #   #   # #   # #   # #   # #   #     #
#       #   #   # #   # #   #  # #   # #     #
 ###    #   #   # #   # # # #   #     #     #
    #   #   #   #  # #  # # #  # #    #    #
    #   #   #   #  # #  ## ## #   #   #   #
####    #    ###    #   #   # #   #   #   #####
""",
    "0123456789": """
 ###    #    ###   ###  #   # #####  ###  #####  ###   ###
#   #  ##   #   # #   # #   # #     #   #     # #   # #   #
#  ##   #       #     # #   # #     #         # #   # #   #
# # #   #      #    ##  ##### ####  ####     #   ###   ####
##  #   #     #       #     #     # #   #    #  #   #     #
#   #   #    #    #   #     # #   # #   #   #   #   # #   #
 ###  ##### #####  ###      #  ###   ###    #    ###   ###
""",
}


def bitmap_of(text: str) -> NDArray[np.bool_]:
    """Return the lit cells of `text`, (row, column), one dark column between two glyphs."""
    gap = np.zeros((ROWS, 1), dtype=bool)
    parts = [part for character in text for part in (gap, glyph(character))]
    return np.hstack(parts[1:])


def glyph(character: str) -> NDArray[np.bool_]:
    """Return the lit cells of one glyph, (row, column)."""
    page = next(names for names in _PAGES if character in names)
    left = page.index(character) * (COLUMNS + 1)
    lines = _PAGES[page].strip("\n").split("\n")
    cells = [line[left : left + COLUMNS].ljust(COLUMNS) for line in lines]
    return np.array([[cell == "#" for cell in line] for line in cells])
