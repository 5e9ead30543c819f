"""Pixels that look like something: phantoms whose slices and series can be told apart.

Each function gives an array of one slice or of all frames. ``part`` runs from 0 to 1 through the
volume, so that the order of the slices shows; the label is drawn in the corner.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Pixels = npt.NDArray[np.int16]
Grid = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]

AIR, WATER, BRAIN, BONE, BLOOD = -1000, 0, 38, 900, 180


def _grid(size: int) -> Grid:
    """Coordinates from -1 to 1, x to the right and y downwards."""
    axis = np.linspace(-1, 1, size)
    x, y = np.meshgrid(axis, axis)
    return x, y


def _ellipse(
    grid: Grid, centre: tuple[float, float], radii: tuple[float, float], turn: float = 0.0
) -> npt.NDArray[np.bool_]:
    """Where an ellipse is, turned by ``turn`` degrees."""
    x, y = grid[0] - centre[0], grid[1] - centre[1]
    angle = np.radians(turn)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    inside: npt.NDArray[np.bool_] = (along / radii[0]) ** 2 + (across / radii[1]) ** 2 <= 1
    return inside


def _noise(size: int, amount: float, salt: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(salt).normal(0, amount, (size, size))


def _labelled(pixels: npt.NDArray[np.float64], label: str, value: int) -> Pixels:
    """The pixels with a text in the upper left corner, as 16-bit integers."""
    mask = Image.new("L", (pixels.shape[1], pixels.shape[0]), 0)
    ImageDraw.Draw(mask).text((8, 6), label, fill=255, font_size=max(12, pixels.shape[0] // 20))
    pixels[np.asarray(mask) > 127] = value
    return np.clip(np.rint(pixels), -1024, 4095).astype(np.int16)


def ct_head(size: int, part: float, label: str, salt: int) -> Pixels:
    """A head in Hounsfield units: skull, brain, ventricles, a vessel that moves with the slice."""
    grid = _grid(size)
    scale = 0.75 + 0.25 * np.sin(np.pi * (0.15 + 0.7 * part))
    pixels = np.full((size, size), float(AIR))
    pixels[_ellipse(grid, (0, 0), (0.72 * scale, 0.9 * scale))] = 60
    pixels[_ellipse(grid, (0, 0), (0.69 * scale, 0.87 * scale))] = BONE
    pixels[_ellipse(grid, (0, 0), (0.63 * scale, 0.8 * scale))] = BRAIN
    for side in (-1, 1):
        radii = 0.07 + 0.1 * np.sin(np.pi * part), 0.28 * scale
        pixels[_ellipse(grid, (side * 0.15, -0.08), radii, side * 12)] = WATER + 5
    turn = 1.6 * np.pi * part
    vessel = 0.45 * np.cos(turn), 0.45 * np.sin(turn)
    pixels[_ellipse(grid, (vessel[0] * scale, vessel[1] * scale), (0.05, 0.05))] = BLOOD
    pixels += _noise(size, 6, salt)
    return _labelled(pixels, label, 1200)


def mr_head(size: int, part: float, label: str, salt: int) -> Pixels:
    """A head seen from the side, in arbitrary units: scalp, brain, cerebellum, a bright lesion."""
    grid = _grid(size)
    scale = 0.6 + 0.4 * np.sin(np.pi * (0.1 + 0.8 * part))
    pixels = np.full((size, size), 12.0)
    pixels[_ellipse(grid, (0, -0.12), (0.86 * scale, 0.74 * scale))] = 700
    pixels[_ellipse(grid, (0, -0.12), (0.8 * scale, 0.68 * scale))] = 90
    pixels[_ellipse(grid, (0, -0.14), (0.75 * scale, 0.6 * scale), 5)] = 420
    pixels[_ellipse(grid, (0.38 * scale, 0.34), (0.26 * scale, 0.17 * scale), -15)] = 360
    pixels[_ellipse(grid, (0.02, -0.12), (0.3 * scale, 0.07 * scale), -10)] = 150
    lesion = -0.4 + 0.8 * part
    pixels[_ellipse(grid, (lesion * scale, -0.35 * scale), (0.09, 0.07))] = 900
    pixels += _noise(size, 14, salt)
    return _labelled(np.maximum(pixels, 0), label, 1000)


def planar_frames(size: int, frames: int, label: str, salt: int) -> Pixels:
    """Counts of a planar study: two organs that fill and empty from frame to frame."""
    grid = _grid(size)
    made = []
    for frame in range(frames):
        part = frame / max(frames - 1, 1)
        activity = np.full((size, size), 4.0)
        for side in (-1, 1):
            filling = np.exp(-((part - 0.35 - 0.1 * side) ** 2) / 0.08)
            activity[_ellipse(grid, (side * 0.4, 0), (0.2, 0.33), side * 10)] = 20 + 200 * filling
        counts = np.random.default_rng(salt + frame).poisson(activity).astype(np.float64)
        made.append(_labelled(counts, f"{label} {frame + 1}", 255))
    return np.stack(made)


def vessel_frames(size: int, frames: int, label: str, salt: int) -> Pixels:
    """Contrast that runs down a forked vessel, on a bright background (X-ray angiography)."""
    x, y = _grid(size)
    made = []
    for frame in range(frames):
        front = -1 + 2.2 * (frame + 1) / frames
        trunk = np.abs(x - 0.08 * np.sin(5 * y)) < 0.05
        fork = np.abs(np.abs(x) - 0.55 * np.maximum(y, 0)) < 0.04
        vessel = np.where(y < 0, trunk, fork) & (y < front)
        pixels = 180 - 40 * (x**2 + y**2) - 90 * vessel + _noise(size, 3, salt + frame)
        made.append(_labelled(pixels, f"{label} {frame + 1}", 250))
    return np.clip(np.stack(made), 0, 255).astype(np.int16)


def ultrasound_frames(size: int, frames: int, label: str, salt: int) -> Pixels:
    """A sector of speckle with a cavity that beats."""
    grid = _grid(size)
    x, y = grid
    depth, angle = np.hypot(x, y + 1), np.abs(np.arctan2(x, y + 1))
    sector = (depth > 0.2) & (depth < 1.9) & (angle < 0.7)
    made = []
    for frame in range(frames):
        beat = 0.22 + 0.07 * np.sin(2 * np.pi * frame / frames)
        speckle = np.random.default_rng(salt + frame).rayleigh(48, (size, size))
        speckle[_ellipse(grid, (0.1, 0.15), (beat, beat * 1.3))] *= 0.15
        made.append(_labelled(np.where(sector, speckle, 0), f"{label} {frame + 1}", 255))
    return np.clip(np.stack(made), 0, 255).astype(np.int16)


def breast(size: int, label: str, salt: int) -> Pixels:
    """A breast against the left edge, with a mass and a group of calcifications."""
    grid = _grid(size)
    pixels = np.full((size, size), 40.0)
    tissue = _ellipse(grid, (-1, 0), (1.45, 0.85))
    pixels[tissue] = 900
    coarse = Image.fromarray(_noise(24, 1, salt).astype(np.float32))
    glands = np.asarray(coarse.resize((size, size), Image.Resampling.BICUBIC))
    pixels += np.where(tissue, 250 * glands, 0)
    pixels[_ellipse(grid, (-0.35, 0.2), (0.12, 0.1), 20)] += 900
    for number in range(9):
        spot = -0.1 + 0.05 * (number % 3), -0.3 + 0.05 * (number // 3)
        pixels[_ellipse(grid, spot, (0.008, 0.008))] = 3500
    return _labelled(np.clip(pixels, 0, 4095), label, 3800)
