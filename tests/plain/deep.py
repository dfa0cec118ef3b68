"""Networks as a textbook writes them, to compute again by other code what the pages say.

Networks of one function and one shape, one for each seed; arrays are ``(networks, units,
samples)``.  Of the package only the functions f and f′ are used, which have tests of their own.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dlbasic.activations import PReLU

# The variance of the initial weights between n inputs and m outputs.
VARIANCES = {
    "he": lambda n, m: 2 / n,
    "lecun": lambda n, m: 1 / n,
    "xavier": lambda n, m: 2 / (n + m),
    "uniform": lambda n, m: 0.5**2 / 3,  # from -1/2 to 1/2
    "normal": lambda n, m: 0.5**2,
    "naive": lambda n, m: 0.1**2,
}


def seeds_of(seed, count):
    """The seeds of several networks that follow from one."""
    return np.random.SeedSequence(seed).generate_state(count).tolist()


def drawn(rule, seed, sizes):
    """The initial weights of one network, layer after layer from one generator."""
    rng, name = np.random.default_rng(seed), rule.split("_")[0]
    for n, m in pairwise(sizes):
        std = np.sqrt(VARIANCES[name](n, m))
        if rule.endswith("uniform"):
            yield np.sqrt(3) * std * rng.uniform(-1, 1, (m, n))
        else:
            yield std * rng.standard_normal((m, n))


def norm(values):
    """The root of the sum of squares of each network's values, whose squares float64 may lack."""
    return np.sqrt(np.square(values.astype(np.longdouble)).sum(axis=(1, 2)))


class Networks:
    """a = f(Wa + b) layer by layer, and at last one score for the label 1.

    With ``skip`` a hidden layer adds what comes in to what goes out, but for the first.
    """

    def __init__(self, f, sizes, rule, seeds, *, scale=1.0, bias=0.0, skip=False, dtype=np.float64):
        self.f, self.skip, self.learned = f, skip, isinstance(f, PReLU)
        layers = zip(*(drawn(rule, seed, sizes) for seed in seeds), strict=True)
        self.w = [(np.array(layer) * scale).astype(dtype) for layer in layers]
        biases = [bias] * (len(self.w) - 1) + [0.0]
        self.b = [
            np.full((*w.shape[:2], 1), start, dtype)
            for w, start in zip(self.w, biases, strict=True)
        ]
        self.alphas = [np.full((len(seeds), 1, 1), getattr(f, "alpha", 0.0), dtype)
                       for _ in self.w[1:]]  # fmt: skip
        self.hidden = len(self.w) - 1

    def value(self, layer, z):
        return np.where(z > 0, z, self.alphas[layer] * z) if self.learned else self.f(z)

    def slope(self, layer, z):
        if self.learned:
            return np.where(z > 0, np.ones_like(z), self.alphas[layer])
        return self.f.grad(z)

    @np.errstate(all="ignore")
    def forward(self, inputs):
        """The weighted sums z of all layers, the outputs a and the slopes f′(z) of the hidden."""
        before = np.asarray(inputs.T, self.w[0].dtype)[None]
        self.z, self.a, self.slopes = [], [before], []
        for layer, (w, b) in enumerate(zip(self.w, self.b, strict=True)):
            self.z.append(w @ self.a[-1] + b)
            if layer < self.hidden:
                out = self.value(layer, self.z[-1])
                self.slopes.append(self.slope(layer, self.z[-1]))
                self.a.append(out + self.a[-1] if self.skip and layer else out)
        return self.z[-1][:, 0]

    @np.errstate(all="ignore")
    def backward(self, labels):
        """δ = ∂L/∂z of all layers, and what arrives at each hidden layer from the one above."""
        score = self.z[-1]
        p = np.where(score > 0, 1 / (1 + np.exp(-score)), np.exp(score) / (1 + np.exp(score)))
        self.deltas = [((p - labels) / len(labels)).astype(score.dtype)]
        self.arriving, around = [], 0.0
        for layer in reversed(range(self.hidden)):
            came = self.w[layer + 1].swapaxes(1, 2) @ self.deltas[0] + around
            around = came if self.skip and layer else 0.0
            self.arriving.insert(0, came)
            self.deltas.insert(0, came * self.slopes[layer])
        weights = [d @ a.swapaxes(1, 2) for d, a in zip(self.deltas, self.a, strict=True)]
        biases = [d.sum(axis=2, keepdims=True) for d in self.deltas]
        alphas = [
            (came * np.minimum(z, 0)).sum(axis=(1, 2), keepdims=True)
            for came, z in zip(self.arriving, self.z, strict=False)
        ] if self.learned else []  # fmt: skip
        return [*weights, *biases, *alphas]

    @np.errstate(all="ignore")
    def losses(self, points):
        """Each network's mean of log(1 + eᶻ) - yz, computed in float64."""
        z = self.forward(points.inputs).astype(np.float64)
        return (np.maximum(z, 0) - z * points.targets + np.log1p(np.exp(-abs(z)))).mean(axis=1)


class Descent:
    """SGD or Adam on batches that are dealt anew in each epoch; ``lrs`` one for each network.

    A network whose sums or gradients are not finite has diverged and stands still.
    """

    def __init__(self, networks, points, size, lrs, seed, adam=False):
        self.networks, self.points, self.size, self.adam = networks, points, size, adam
        self.rng = np.random.default_rng([seed, 4])
        self.parameters = [*networks.w, *networks.b, *(networks.alphas if networks.learned else [])]
        self.lrs = np.broadcast_to(lrs, len(networks.w[0])).astype(networks.w[0].dtype)
        self.lrs = self.lrs[:, None, None]
        self.means = [np.zeros_like(part) for part in self.parameters]
        self.squares = [np.zeros_like(part) for part in self.parameters]
        self.diverged = np.zeros(len(self.lrs), bool)
        self.count, self.batches = 0, []

    @np.errstate(all="ignore")
    def step(self):
        """One step; gives its gradients of weights, biases and PReLU's slopes."""
        if not self.batches:
            order = np.arange(len(self.points))
            if self.size < len(order):
                order = self.rng.permutation(len(order))
            self.batches = [order[k : k + self.size] for k in range(0, len(order), self.size)]
        these = self.batches.pop(0)
        self.networks.forward(self.points.inputs[these])
        gradients = self.networks.backward(self.points.targets[these])
        for values in (*self.networks.z, *gradients):
            self.diverged |= ~np.isfinite(values).all(axis=(1, 2))
        self.count += 1
        going = ~self.diverged[:, None, None]
        kept = zip(self.parameters, gradients, self.means, self.squares, strict=True)
        for part, gradient, mean, square in kept:
            move = gradient
            if self.adam:
                mean[:] = 0.9 * mean + 0.1 * gradient
                square[:] = 0.999 * square + 0.001 * gradient**2
                root = np.sqrt(square / (1 - 0.999**self.count))
                move = mean / (1 - 0.9**self.count) / (root + 1e-8)
            part -= np.where(going, self.lrs * move, 0).astype(part.dtype)
        return gradients

    def epoch(self):
        for _ in range(-(-len(self.points) // self.size)):
            self.step()


# Two weights on their way to a target, and which way all of a unit's weights move

SAMPLES = 128  # of the inputs of one path
NEAR = 0.05  # of the distance to the target


def pairs(f, seeds, bias=0.0, centred=False):
    """What two units give for standard normal sums: ``(runs, samples, 2)``."""
    sums = [np.random.default_rng(seed).standard_normal((SAMPLES, 2)) for seed in seeds]
    outputs = np.asarray(f(np.array(sums) + bias), np.float64)
    return outputs - outputs.mean(axis=1, keepdims=True) if centred else outputs


def sizes_of(inputs):
    """The mean over the samples of the squared length."""
    return np.square(inputs).sum(axis=2).mean(axis=1)


def paths(inputs, seeds, degrees, batch, lrs, most):
    """Gradient descent from 0 on the mean of (w·x - w*·x)²/2, step by step, until all arrived."""
    goal = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    epochs = np.tile(np.arange(SAMPLES), (-(-most * batch // SAMPLES), 1))
    order = np.array([
        np.random.default_rng([seed, 1, batch]).permuted(epochs, axis=1).ravel()[: most * batch]
        for seed in seeds
    ]).reshape(len(seeds), most, batch)  # fmt: skip
    weights, runs = [np.zeros((len(seeds), 2))], np.arange(len(seeds))[:, None]
    lrs = np.reshape(lrs, (-1, 1))
    going = np.ones(len(seeds), bool)
    for step in range(most):
        x = inputs[runs, order[:, step]]
        errors = ((weights[-1] - goal)[:, None] * x).sum(axis=2)
        with np.errstate(all="ignore"):
            weights.append(weights[-1] - lrs * (errors[:, :, None] * x).mean(axis=1))
        going &= ~(np.hypot(*(weights[-1] - goal).T) <= NEAR)
        if not going.any():
            break
    return [Path(path, goal) for path in np.swapaxes(weights, 0, 1)]


class Path:
    """A path up to where 5 % of the distance is left, or to its end."""

    def __init__(self, weights, goal):
        there = np.flatnonzero(np.hypot(*(weights - goal).T) <= NEAR)
        self.arrived = bool(len(there))
        self.steps = int(there[0]) if len(there) else len(weights) - 1
        moves = np.diff(weights[: self.steps + 1], axis=0)
        self.times = np.hypot(*moves.T).sum() / np.hypot(*weights[self.steps])
        self.turns = sum(a * b < 0 for way in moves.T for a, b in pairwise(way)) / 2
        moved = [(a, b) for a, b in moves if a or b]
        self.together = sum(a * b > 0 for a, b in moved) / len(moved)


def fastest(inputs, seeds, degrees, batch):
    """The median steps at the best of eight learning rates."""
    return min(
        np.median([
            path.steps
            for path in paths(inputs, seeds, degrees, batch, rate / sizes_of(inputs), 400)
        ])
        for rate in 2.0 ** (np.arange(8) / 2 - 2)
    )  # fmt: skip


def xavier_pair(f, seeds, bias=None):
    """Networks of two hidden layers of 8 units; ``bias`` is the first one's."""
    networks = Networks(f, (2, 8, 8, 1), "xavier_normal", seeds)
    if bias is not None:
        networks.b[0][:] = bias
    return networks


def fit_output(networks, points):
    """The output's bias at which the mean probability is the share of the label 1."""
    scores = networks.forward(points.inputs)
    for k, of in enumerate(scores):
        low, high = -of.max() - 50, -of.min() + 50
        while low < (between := (low + high) / 2) < high:
            if np.mean(1 / (1 + np.exp(-of - between))) > points.targets.mean():
                high = between
            else:
                low = between
        networks.b[-1][k] += low


def one_way(networks, points, batch):
    """The share of units in layer 2 whose weights' gradients have one sign, zeros left out.

    Over batch after batch, of the units that have two gradients other than 0.
    """
    networks.forward(points.inputs)
    networks.backward(points.targets)
    shares = []
    for deltas, inputs in zip(networks.deltas[1], networks.a[1], strict=True):
        agree = counted = 0
        for start in range(0, len(points), batch):
            these = slice(start, start + batch)
            for unit in deltas[:, these] @ inputs[:, these].T:
                signs = np.sign(unit[unit != 0])
                counted += len(signs) >= 2
                agree += len(signs) >= 2 and len(set(signs)) == 1
        shares.append(agree / counted if counted else np.nan)
    return shares
