"""What is photographed for training: CC0 photographs scaled down, dead leaves, text and lines."""
import glob
import os

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from camera import decode

Image.MAX_IMAGE_PIXELS = None
# These are kept for the evaluation: tests/quality/saturated.txt.
KEPT_BACK = ('Carmine_De_Fazio Cheng_Feng Disco_Sea_Eye_Ferns Jairo_Alzate Jonas_Nilsson_Lee '
             'Ryan_Schroeder Sam_Henderson Sunset_by_the_Pier Tomasz_Smal dog-lossless '
             'flowers-lossless girl-lossless grass-lossless guitar-lossless mc1-lossless '
             'prudential-lossless sumac-lossless sunset-lossless').split()


def shrink(linear, factor):
    height, width = (n // factor * factor for n in linear.shape[:2])
    parts = linear[:height, :width].reshape(height // factor, factor, width // factor, factor, 3)
    return parts.mean(axis=(1, 3))


class Photographs:
    """Crops of photographs, in linear light, shrunk so far that their own noise and demosaicing
    are gone."""

    def __init__(self, folder):
        paths = sorted(glob.glob(os.path.join(folder, '*', '*.[pj][np]*')))
        self.paths = [p for p in paths
                      if os.path.splitext(os.path.basename(p))[0] not in KEPT_BACK]
        if not self.paths:
            raise SystemExit(f'{folder}: no photographs')
        self.pictures = {}

    def picture(self, path, factor):
        if (path, factor) not in self.pictures:
            codes = np.asarray(Image.open(path).convert('RGB'))
            table = decode(np.arange(256) / 255).astype(np.float32)
            self.pictures[path, factor] = shrink(table[codes], factor).astype(np.float16)
        return self.pictures[path, factor]

    def crop(self, rng, size):
        weight = np.array([1.0 if os.path.getsize(p) < 1 << 20 else 2.0 for p in self.paths])
        path = rng.choice(self.paths, p=weight / weight.sum())
        big = min(Image.open(path).size) > 1200
        picture = self.picture(path, int(rng.choice([3, 4, 5])) if big else 2)
        height, width = picture.shape[:2]
        if height < size or width < size:  # mirrored, so that it is large enough
            picture = np.pad(picture, ((0, max(0, size - height)), (0, max(0, size - width)), (0, 0)),
                             'symmetric')
            height, width = picture.shape[:2]
        y, x = rng.integers(0, height - size + 1), rng.integers(0, width - size + 1)
        crop = picture[y:y + size, x:x + size].astype(np.float64)
        crop = np.rot90(crop, rng.integers(4))
        return crop[:, ::-1] if rng.random() < .5 else crop


def dead_leaves(rng, size):
    """Discs and rectangles of random colour and size that hide each other (Lee, Mumford and Huang
    2001), drawn at twice the size so that edges are soft."""
    big = 2 * size
    image = Image.new('RGB', (big, big))
    draw = ImageDraw.Draw(image)
    grey = rng.random() * .7
    for radius in np.sort(3 + 1 / rng.uniform(1 / 120, 1 / 3, 900) ** 1.0)[::-1]:
        x, y = rng.uniform(-20, big + 20, 2)
        color = rng.random(3)
        color = tuple(int(v) for v in 255 * (grey * color.mean() + (1 - grey) * color))
        box = (x - radius, y - radius, x + radius, y + radius * rng.uniform(.3, 1.5))
        box = (box[0], min(box[1], box[3]), box[2], max(box[1], box[3]))
        (draw.rectangle if rng.random() < .4 else draw.ellipse)(box, fill=color)
    return shrink(decode(np.asarray(image) / 255), 2)


def text_and_lines(rng, size):
    """Print and thin lines, dark on light or the other way round, in any two colours."""
    big = 2 * size
    paper, ink = rng.uniform(.55, 1, 3), rng.uniform(0, .4, 3)
    if rng.random() < .3:
        paper, ink = ink, paper
    if rng.random() < .5:
        paper, ink = (np.full(3, c.mean()) for c in (paper, ink))
    paper, ink = (tuple(int(255 * v) for v in c) for c in (paper, ink))
    image = Image.new('RGB', (big, big), paper)
    draw = ImageDraw.Draw(image)
    letters = list('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?()&%+-  ')
    y = 4
    fonts = glob.glob('/usr/share/fonts/truetype/**/*.ttf', recursive=True)
    while y < big:
        height = int(rng.integers(12, 60))
        font = ImageFont.truetype(str(rng.choice(fonts)), height) if fonts else ImageFont.load_default()
        draw.text((int(rng.integers(-30, 10)), y), ''.join(rng.choice(letters, 120)), ink, font=font)
        y += height + int(rng.integers(2, 16))
        if rng.random() < .3:
            draw.line((0, y, big, y + int(rng.integers(-40, 40))), ink, int(rng.integers(1, 6)))
    return shrink(decode(np.asarray(image.rotate(float(rng.choice([0, 0, 90, 7, -20])),
                                                 fillcolor=paper)) / 255), 2)


def jitter(rng, linear):
    """Another exposure and another saturation, within the gamut."""
    grey = linear @ [.2126, .7152, .0722]
    factor = rng.choice([1.0, 1.0, rng.uniform(0, 1), rng.uniform(1, 2.2)])
    linear = grey[..., None] + factor * (linear - grey[..., None])
    if rng.random() < .3:
        linear = linear * rng.uniform(.6, 1.4, 3)
    return np.clip(linear * np.exp2(rng.uniform(-2.0, .4)), 0, 1)


def scene(rng, photographs, size):
    kind = rng.random()
    linear = (photographs.crop(rng, size) if kind < .75 else
              dead_leaves(rng, size) if kind < .9 else text_and_lines(rng, size))
    return jitter(rng, linear)
