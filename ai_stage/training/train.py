#!/usr/bin/python3
"""Trains a network of the neural stage: simulated captures of CC0 photographs and made scenes, through
firstlight's own chain, with and without noise. Run it again to go on where it stopped.

    meson setup build -Dtraining=true && ninja -C build
    ai_stage/training/train.py --tier nano --build build --photos FOLDER --out FOLDER"""
import argparse
import math
import os
import time

import numpy as np
import torch

from camera import Chain, encode, random_camera, shoot
from nets import TIERS, Net, network_input, write_net
from scenes import Photographs, scene

FRAME = 384
ALIGN = 8  # of a network of three resolutions
EDGE = 8  # pixels at the frame's border that are not used


def make_frame(rng, chain, photographs):
    """A capture developed, its noise, and what it should be: 7 planes whose red sample stands at an
    even column and row."""
    linear = scene(rng, photographs, FRAME)
    camera = random_camera(rng)
    level = 0 if rng.random() < .08 else float(np.exp(rng.uniform(np.log(60), np.log(14000))))
    preset = rng.choice(['best', 'best', 'balanced'])
    shot, codes = shoot(rng, linear, camera, level, preset)
    planes = chain.develop(shot, codes)
    x, y = camera['cfa'] in (2, 4), camera['cfa'] in (3, 4)
    all_planes = np.concatenate([network_input(planes[:3], planes[3]),
                                 encode(linear).transpose(2, 0, 1)])
    return all_planes[:, EDGE + y:FRAME - EDGE - 1 + y, EDGE + x:FRAME - EDGE - 1 + x].astype(np.float16)


def make_frames(path, count, seed, build, photos):
    """Frames are made once, and more of them when more are asked for."""
    done = len(np.load(path, mmap_mode='r')) if os.path.exists(path) else 0
    if done >= count:
        return
    chain, photographs = Chain(build), Photographs(photos)
    size = FRAME - 2 * EDGE - 1
    frames = np.lib.format.open_memmap(path + '.new', 'w+', np.float16, (count, 7, size, size))
    if done:
        frames[:done] = np.load(path, mmap_mode='r')
    for i in range(done, count):
        frames[i] = make_frame(np.random.default_rng((seed, i)), chain, photographs)
        if i % 50 == 49:
            print(f'{i + 1} of {count} frames', flush=True)
    frames.flush()
    os.replace(path + '.new', path)


def batch_of(frames, rng, size, count):
    """Patches at even places, turned and mirrored in ways that keep the mosaic's phase. Mirroring an
    even number of pixels would move red to odd columns: the last one is left out."""
    out = np.empty((count, 7, size, size), np.float32)
    for i in range(count):
        frame = frames[rng.integers(len(frames))]
        y, x = 2 * rng.integers(0, (np.array(frame.shape[1:]) - size - 1) // 2 + 1)
        patch = frame[:, y:y + size + 1, x:x + size + 1].astype(np.float32)
        if rng.random() < .5:
            patch = patch[:, ::-1]
        if rng.random() < .5:
            patch = patch[:, :, ::-1]
        if rng.random() < .5:
            patch = patch.transpose(0, 2, 1)
        out[i] = patch[:, :size, :size]
    return torch.from_numpy(out)


def loss_of(net, batch, margin):
    inner = batch[:, :, margin:-margin, margin:-margin]
    error = inner[:, :3] + net(batch[:, :4]) - inner[:, 4:]
    # Noisier pictures have larger errors; weighing them down a little keeps the clean ones clean.
    scale = inner[:, 3:4].mean(dim=(2, 3), keepdim=True).clamp(min=.02) ** .5
    return (torch.sqrt(error ** 2 + 1e-6) / scale).mean()


def train(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    os.makedirs(args.out, exist_ok=True)
    path = os.path.join(args.out, 'frames.npy')
    make_frames(path, args.frames, args.seed, args.build, args.photos)
    frames = np.load(path, mmap_mode='r')[:args.frames]
    net = Net(TIERS[args.tier]).to(device)
    optimizer = torch.optim.Adam(net.parameters(), args.rate)
    state_path, step, margin = os.path.join(args.out, args.tier + '.pt'), 0, net.margin()
    if os.path.exists(state_path):
        state = torch.load(state_path, map_location=device)
        net.load_state_dict(state['net'])
        optimizer.load_state_dict(state['optimizer'])
        step = state['step']
    print(f'{args.tier}: {net.macs:.0f} multiplications a pixel, margin {margin}, step {step}')
    size = -(-(args.patch + 2 * margin) // ALIGN) * ALIGN
    began, total = time.time(), 0.0
    while step < args.steps:
        for group in optimizer.param_groups:
            group['lr'] = args.rate * .5 * (1 + math.cos(math.pi * step / args.steps)) + 1e-6
        rng = np.random.default_rng((args.seed, 1, step))
        loss = loss_of(net, batch_of(frames, rng, size, args.batch).to(device), margin)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        step, total = step + 1, total + float(loss)
        if step % 500 == 0 or step == args.steps:
            print(f'step {step}: loss {total / 500:.5f}, {time.time() - began:.0f} s', flush=True)
            total = 0.0
            torch.save({'net': net.state_dict(), 'optimizer': optimizer.state_dict(), 'step': step},
                       state_path + '.new')
            os.replace(state_path + '.new', state_path)
            write_net(net, os.path.join(args.out, args.tier + '.flnet'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--tier', choices=TIERS, default='nano')
    parser.add_argument('--build', default='build')
    parser.add_argument('--photos', required=True, help='folder of folders of CC0 photographs')
    parser.add_argument('--out', required=True)
    parser.add_argument('--frames', type=int, default=2000)
    parser.add_argument('--steps', type=int, default=60000)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--patch', type=int, default=64)
    parser.add_argument('--rate', type=float, default=1e-3)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--threads', type=int, default=2)
    train(parser.parse_args())


if __name__ == '__main__':
    main()
