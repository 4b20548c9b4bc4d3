"""Simulated cameras: linear light to a mosaic with noise, and through firstlight's own chain."""
import ctypes
import os

import numpy as np

XYZ_OF_SRGB = np.array([[0.4124564, 0.3575761, 0.1804375],
                        [0.2126729, 0.7151522, 0.0721750],
                        [0.0193339, 0.1191920, 0.9503041]])
ORDERS = {1: (0, 1, 1, 2), 2: (1, 0, 2, 1), 3: (1, 2, 0, 1), 4: (2, 1, 1, 0)}  # colours of 2x2
PRESETS = {'balanced': 0, 'fast': 1, 'best': 2}


class Shot(ctypes.Structure):
    """struct training_shot of develop.c"""
    _fields_ = [('width', ctypes.c_int), ('height', ctypes.c_int), ('cfa', ctypes.c_int),
                ('preset', ctypes.c_int), ('black_dn', ctypes.c_float), ('white_dn', ctypes.c_float),
                ('neutral', ctypes.c_double * 3), ('color_matrix', ctypes.c_double * 9),
                ('s', ctypes.c_double), ('o', ctypes.c_double), ('denoise', ctypes.c_double),
                ('ev', ctypes.c_double)]


class Chain:
    """firstlight's chain, as built by meson with -Dtraining=true."""

    def __init__(self, build):
        path = os.path.join(build, 'ai_stage', 'training', 'libtraining.so')
        self.develop_c = ctypes.CDLL(path).training_develop

    def develop(self, shot, codes):
        """The picture and the noise, 4 x height x width."""
        planes = np.empty((4, shot.height, shot.width), np.float32)
        message = ctypes.create_string_buffer(256)
        codes = np.ascontiguousarray(codes, np.uint16)
        if self.develop_c(ctypes.byref(shot), codes.ctypes.data_as(ctypes.c_void_p),
                          planes.ctypes.data_as(ctypes.c_void_p), message):
            raise RuntimeError(message.value.decode())
        return planes


def random_camera(rng):
    """A camera that nobody made: how its colours mix, its response to white, order and depth."""
    mix = rng.uniform(0.02, 1.0)  # from gentle matrices to those of tiny pixels
    off = -mix * np.array([[0, .9, .2], [.4, 0, .5], [.05, .9, 0]]) * rng.uniform(.6, 1.4, (3, 3))
    to_srgb = off + np.diag(1 - off.sum(axis=1))
    return {'to_srgb': to_srgb,
            'neutral': np.array([rng.uniform(.38, .95), 1.0, rng.uniform(.28, .75)]),
            'cfa': int(rng.integers(1, 5)), 'bits': int(rng.choice([10, 12, 12, 14, 16])),
            # share of the noise that does not grow with the light, relative to that of an IMX477
            'read': float(np.exp(rng.uniform(np.log(.2), np.log(5))))}


def noise_of(camera, level):
    """S and O at an ISO's noise, level = ISO of an IMX477 with the same S."""
    s = 2.2e-6 * level
    return s, camera['read'] * (1.6e-11 * level * level + 2e-8)


def shoot(rng, linear, camera, level, preset, denoise=1.0):
    """Linear sRGB, height x width x 3 and even, to a shot and its codes; level 0: no noise."""
    height, width = linear.shape[:2]
    raw = np.maximum(linear @ np.linalg.inv(camera['to_srgb']).T, 0) * camera['neutral']
    mosaic = np.empty((height, width))
    for i, c in enumerate(ORDERS[camera['cfa']]):
        mosaic[i // 2::2, i % 2::2] = raw[i // 2::2, i % 2::2, c]
    s, o = noise_of(camera, level) if level else (1e-7, 1e-10)
    if level:
        mosaic = s * rng.poisson(mosaic / s) + rng.normal(0, np.sqrt(o), mosaic.shape)
    white = 2.0 ** camera['bits'] - 1
    black = white / 16
    codes = np.clip(np.rint(black + mosaic * (white - black)), 0, white)
    shot = Shot(width=width, height=height, cfa=camera['cfa'], preset=PRESETS[preset],
                black_dn=black, white_dn=white, s=s, o=o + 1 / (12 * (white - black) ** 2),
                denoise=denoise)
    # XYZ to camera, unbalanced: neutral of D65 is the camera's
    matrix = np.diag(camera['neutral']) @ np.linalg.inv(XYZ_OF_SRGB @ camera['to_srgb'])
    shot.color_matrix[:] = matrix.ravel()
    shot.neutral[:] = camera['neutral']
    return shot, codes


def encode(linear):
    """The curve of sRGB."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= .0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - .055)


def decode(display):
    return np.where(display <= .04045, display / 12.92, ((display + .055) / 1.055) ** 2.4)
