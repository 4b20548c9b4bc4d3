"""The networks, as torch modules and as files for firstlight's executor (ai_stage/net).

A network is a list of nodes like the executor's: convolutions without padding, halving and doubling
of the resolution, added nodes. It works on 2x2 pixels at a time, sees the picture and the size of
its noise, and gives the residual."""
import struct

import numpy as np
import torch
import torch.nn.functional as F

INPUT, CONV, DOWN, UP = range(4)
PLANES = 4
INPUT_EXPONENT = (12, 12, 12, 15)  # of red, green, blue, noise: values are multiplied by 2^e
UNIT = 12          # activations are 2^12 times what torch computes with
RESIDUAL = 3       # the network gives 2^3 times the residual
MOST = 32767
RELU = 31


def nodes_of(first, second, third, deep, wide=1):
    """A U-Net of three resolutions: channels at half, quarter and eighth of the size, convolutions at
    the lowest, and at each side of the higher ones."""
    nodes = [(INPUT, -1, -1, 4 * PLANES, 0, False)]

    def add(kind, source, channels, side=0, relu=False, plus=-1):
        nodes.append((kind, source, plus, channels, side, relu))
        return len(nodes) - 1

    a = add(CONV, 0, first, 3, True)
    for _ in range(wide - 1):
        a = add(CONV, a, first, 3, True)
    b = add(CONV, add(DOWN, a, 4 * first), second, 1, True)
    for _ in range(wide):
        b = add(CONV, b, second, 3, True)
    c = add(CONV, add(DOWN, b, 4 * second), third, 1, True)
    for i in range(deep // 2):
        d = add(CONV, c, third, 3, True)
        c = add(CONV, d, third, 3, False, c)
    b = add(CONV, add(UP, add(CONV, c, 4 * second, 1), second), second, 1, True, b)
    for _ in range(wide):
        b = add(CONV, b, second, 3, True)
    a = add(CONV, add(UP, add(CONV, b, 4 * first, 1), first), first, 1, True, a)
    for _ in range(wide - 1):
        a = add(CONV, a, first, 3, True)
    add(CONV, a, 12, 3)
    return nodes


TIERS = {'nano': nodes_of(12, 16, 24, 2), 'small': nodes_of(24, 32, 48, 4, 2),
         'base': nodes_of(48, 96, 144, 6, 3)}


class Net(torch.nn.Module):
    def __init__(self, nodes):
        super().__init__()
        self.nodes = nodes
        self.convs = torch.nn.ModuleDict()
        for i, (kind, source, _, channels, side, _) in enumerate(nodes):
            if kind == CONV:
                conv = torch.nn.Conv2d(nodes[source][3], channels, side)
                torch.nn.init.kaiming_normal_(conv.weight, nonlinearity='relu')
                torch.nn.init.zeros_(conv.bias)
                self.convs[str(i)] = conv
        with torch.no_grad():  # begin with no change
            self.convs[str(len(nodes) - 1)].weight.mul_(.01)

    @property
    def macs(self):
        """Multiplications for a pixel."""
        total, level = 0, [0] * len(self.nodes)
        for i, (kind, source, _, channels, side, _) in enumerate(self.nodes):
            level[i] = 1 if kind == INPUT else level[source] + (kind == DOWN) - (kind == UP)
            if kind == CONV:
                total += channels * self.nodes[source][3] * side ** 2 / 4 ** level[i]
        return total

    def forward(self, planes):
        """n x 4 x height x width to the residual n x 3, smaller by margin() at each side."""
        values, lost = [], []  # lost: pixels of its own resolution at each side
        for i, (kind, source, plus, _, side, relu) in enumerate(self.nodes):
            if kind == INPUT:
                value, less = F.pixel_unshuffle(planes, 2), 0
            elif kind == DOWN:
                value, less = values[source], lost[source]
                if less % 2:
                    value, less = value[..., 1:-1, 1:-1], less + 1
                value, less = down(value), less // 2
            elif kind == UP:
                value, less = up(values[source]), 2 * lost[source]
            else:
                value, less = self.convs[str(i)](values[source]), lost[source] + side // 2
                value = F.relu(value) if relu else value
                if plus >= 0:
                    more = less - lost[plus]
                    assert more >= 0
                    other = values[plus]
                    value = value + (other[..., more:-more, more:-more] if more else other)
                value = value.clamp(-MOST / 2 ** UNIT, MOST / 2 ** UNIT)
            values.append(value)
            lost.append(less)
        return F.pixel_shuffle(values[-1], 2) / 2 ** RESIDUAL

    def margin(self):
        """Pixels lost at each side."""
        size = 256
        with torch.no_grad():
            return (size - self(torch.zeros(1, PLANES, size, size)).shape[-1]) // 2


def down(value):
    """C channels to 4 C: channel (2 (y odd) + (x odd)) C + c, as the executor does."""
    return torch.cat([value[..., y::2, x::2] for y in (0, 1) for x in (0, 1)], 1)


def up(value):
    n, channels, height, width = value.shape
    parts = value.reshape(n, 2, 2, channels // 4, height, width)
    return parts.permute(0, 3, 4, 1, 5, 2).reshape(n, channels // 4, 2 * height, 2 * width)


def network_input(picture, noise):
    """Planes as the executor quantises them, in units of the network."""
    return np.concatenate([picture, np.minimum(noise, .99)[None] * 2.0 ** (INPUT_EXPONENT[3] - UNIT)])


def best_shift(weight, bias):
    """The finest steps of weights at which sums of any activations still fit 32 bits."""
    for shift in range(15, 0, -1):
        codes = np.rint(weight * 2.0 ** shift)
        sums = np.abs(codes).sum(axis=(1, 2, 3)) * MOST + np.abs(bias) * 2.0 ** (UNIT + shift)
        if np.abs(codes).max() <= MOST and sums.max() + 2.0 ** shift < 2 ** 31 - 1:
            return shift
    raise ValueError('weights are too large for 16 bits')


def write_net(net, path):
    """The file that ai_stage/net/net_read.c reads."""
    out = [b'FLNET\0\0\1', struct.pack('<i', PLANES), struct.pack('<4i', *INPUT_EXPONENT),
           struct.pack('<ii', UNIT + RESIDUAL, len(net.nodes))]
    for i, (kind, source, plus, channels, side, relu) in enumerate(net.nodes):
        out.append(struct.pack('<4i', kind, source, plus, channels))
        if kind != CONV:
            continue
        conv = net.convs[str(i)]
        weight = conv.weight.detach().double().cpu().numpy()
        bias = conv.bias.detach().double().cpu().numpy()
        shift = best_shift(weight, bias)
        out.append(struct.pack('<3i', side, shift, RELU if relu else 0))
        out.append(np.rint(bias * 2.0 ** (UNIT + shift)).astype('<i4').tobytes())
        codes = np.rint(weight * 2.0 ** shift).astype('<i2')
        out.append(codes.transpose(0, 2, 3, 1).tobytes())
    with open(path, 'wb') as file:
        file.write(b''.join(out))
