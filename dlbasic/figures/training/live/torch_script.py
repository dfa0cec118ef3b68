"""The network of a run as a PyTorch script, which gives the same losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from dlbasic.activations import Activation, Softplus
from dlbasic.figures.training.live.measure import At, Edit, Live
from dlbasic.losses import Focal, LogCosh, Loss, SigmoidMSE
from dlbasic.optimizers import OPTIMIZERS
from dlbasic.text import Language, Text
from dlbasic.ui.example import read_own, written

# What the data and the initial weights depend on; all else stands in the script itself.
_GIVEN = ("data", "noise", "share", "data_seed", "features", "layers", "initializer", "seed")

_NEEDS = Text(
    ko="PyTorch가 있어야 합니다(`pip install torch`). dlbasic의 최상위 폴더에서 실행합니다.",
    en="Needs PyTorch (`pip install torch`); run it in dlbasic's top folder.",
)
_OWN = Text(
    ko="‘내 데이터’에서 CSV로 저장한 파일입니다.",
    en="The file that “Your own data” saves as CSV.",
)
_THREADS = Text(
    ko="작은 신경망에서는 스레드가 여럿이면 서로 기다리기만 합니다.",
    en="In a small network, several would only wait for each other.",
)
_SAME = Text(
    ko="데이터, 초기 가중치, 배치 순서는 dlbasic의 것을 씁니다. 그래서 손실이 같습니다.",
    en="Data, initial weights and the order of the batches are dlbasic's: so the losses agree.",
)
_SOFTPLUS = Text(
    ko="`threshold`의 기본값 20은 그보다 큰 입력을 그대로 내보냅니다.",
    en="The default `threshold`, 20, passes larger inputs on unchanged.",
)
_DROPOUT = Text(
    ko="`nn.Dropout`과 같지만, 0으로 만들 출력을 dlbasic과 같은 난수로 고릅니다.",
    en="As `nn.Dropout`, but what is set to 0 is drawn as dlbasic draws it.",
)
_PENALTY = Text(
    ko="가중치에만 더합니다. `weight_decay`를 쓰면 편향에도 더해집니다.",
    en="For weights alone; `weight_decay` would count the biases, too.",
)
_EDITS = Text(
    ko="직접 바꾼 가중치: 몇 번째 스텝 뒤에, 무엇의, 어느 자리를, 얼마로.",
    en="Weights set by hand: after which step, of what, where, to which value.",
)
_LAST = Text(ko="마지막 에포크는 보이는 배치까지만.", en="Of the last epoch, only these.")

# Losses that PyTorch has no name for.
_FORMULAS: dict[type[Loss], tuple[str, ...]] = {
    SigmoidMSE: ("return nn.functional.mse_loss(torch.sigmoid(outputs), targets)",),
    LogCosh: (
        "errors = outputs - targets",
        "return (torch.logaddexp(errors, -errors) - torch.tensor(2.0).log()).mean()",
    ),
    Focal: (
        "margins = (2 * targets - 1) * outputs",
        "share = torch.sigmoid(-margins) ** {gamma}",
        "return (share * -nn.functional.logsigmoid(margins)).mean()",
    ),
}

Block = list[str]  # lines that belong together


def torch_script(
    settings: Live, functions: Mapping[str, Activation], at: At, language: Language
) -> str:
    """The script that trains this network in PyTorch as far as the moment shown.

    ``functions`` are those of the hidden layers by key.  What is not used is left out.

    >>> script = torch_script(Live(layers=(), lr=0.5), {}, At(epoch=3), "en")
    >>> [line for line in script.splitlines() if "Linear(" in line or "optim." in line]
    ['    nn.Linear(2, 1),', 'optimizer = torch.optim.SGD(model.parameters(), lr=0.5)']
    """
    train, _ = settings.points()
    size = min(int(settings.batch), len(train))
    batches = math.ceil(len(train) / size)
    step = at.step if at.step < batches else 0
    steps = at.epoch * batches + step
    chosen = [functions[key] for key in settings.by_layer]
    dropout = settings.dropout if chosen else 0.0
    rows = _rows(settings, chosen, bool(dropout))
    edits = _edits([edit for edit in settings.edited if edit.step <= steps], settings, rows)
    blocks = [
        _imports(language, batches > 1, bool(dropout), bool(settings.given)),
        [f"epochs = {at.epoch}"],
        _data(settings, language, batches > 1),
        *(_own_function(f, language) for f in dict.fromkeys(chosen) if not _is_module(f)),
        _dropout(dropout, settings.seed, language) if dropout else [],
        _model(rows, language),
        _loss(settings.measured),
        _penalty(settings, language),
        _optimizer(settings),
        _edit(edits, language),
        _loop(settings, size if batches > 1 else None, step, bool(edits), language),
        _result(step, bool(dropout)),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _imports(language: Language, shuffled: bool, dropout: bool, own: bool) -> Block:
    used = ["batches_rng"] * shuffled + ["masks_rng"] * dropout
    return [
        f"# {_NEEDS[language]}",
        *["from pathlib import Path", ""] * own,
        "import torch",
        "from torch import nn",
        "",
        *["from dlbasic.datasets.own_csv import read_csv"] * own,
        "from dlbasic.figures.training.live.measure import Live, LiveRun",
        *([f"from dlbasic.training import {', '.join(used)}"] if used else []),
        "",
        "torch.set_default_dtype(torch.float64)",
        f"torch.set_num_threads(1)  # {_THREADS[language]}",
    ]


def _data(settings: Live, language: Language, shuffled: bool) -> Block:
    given = Live(**{name: getattr(settings, name) for name in _GIVEN})
    made, own = written(given), []
    if settings.given:
        made = f"{made.removesuffix(')')}, own=own)"
        own = [f"# {_OWN[language]}", f"own = {read_own(settings.given)}"]
    lines = [
        *own,
        f"# {_SAME[language]}",
        f"run = LiveRun({made})",
        "x, y = torch.tensor(run.train.inputs), torch.tensor(run.train.targets)",
        "x_test, y_test = torch.tensor(run.test.inputs), torch.tensor(run.test.targets)",
    ]
    if settings.kind != "classes":  # one output has a column of targets
        lines.append("y, y_test = y.double()[:, None], y_test.double()[:, None]")
    return lines + [f"rng = batches_rng({settings.seed})"] * shuffled


def _is_module(f: Activation) -> bool:
    return f.pytorch.call.startswith("torch.nn.")


def _own_function(f: Activation, language: Language) -> Block:
    """A module for what PyTorch has no module for: its call is a formula in x."""
    note = f.pytorch.note
    return [
        *([f"# {note[language]}"] if note else []),
        f"class {type(f).__name__}(nn.Module):",
        "    def forward(self, x):",
        f"        return {f.pytorch.call}",
    ]


def _dropout(share: float, seed: int, language: Language) -> Block:
    return [
        f"# {_DROPOUT[language]}",
        "class Dropout(nn.Module):",
        f"    rng = masks_rng({seed})",
        "",
        "    def forward(self, x):",
        "        if not self.training:",
        "            return x",
        f"        kept = torch.tensor(self.rng.random(x.T.shape) >= {share}).T",
        f"        return x * kept / (1 - {share})",
    ]


def _rows(settings: Live, functions: Sequence[Activation], dropout: bool) -> list[list[str]]:
    """The modules of the network, a row for each layer."""
    sizes = (len(settings.features), *settings.layers, settings.outputs)
    rows = [[f"nn.Linear({before}, {units})"] for before, units in pairwise(sizes)]
    for row, f in zip(rows, functions, strict=False):  # the last layer has none
        call = f.pytorch.call.removeprefix("torch.") if _is_module(f) else f"{type(f).__name__}()"
        row += ["nn.Softplus(threshold=700)" if isinstance(f, Softplus) else call]
        row += ["Dropout()"] * dropout
    return rows


def _model(rows: list[list[str]], language: Language) -> Block:
    softplus = any("Softplus" in module for row in rows for module in row)
    return [
        *[f"# {_SOFTPLUS[language]}"] * softplus,
        "model = nn.Sequential(",
        *(f"    {', '.join(row)}," for row in rows),
        ")",
        "linear = [layer for layer in model if isinstance(layer, nn.Linear)]",
        "for layer, w in zip(linear, run.training.stack.weights):",
        "    layer.weight.data = torch.tensor(w[0, :, :-1])",
        "    layer.bias.data = torch.tensor(w[0, :, -1])",
    ]


def _loss(loss: Loss) -> Block:
    if loss.pytorch and type(loss) not in _FORMULAS:
        return [f"loss = {loss.pytorch.call.removeprefix('torch.')}"]
    lines = [line.format(**vars(loss)) for line in _FORMULAS[type(loss)]]
    return ["def loss(outputs, targets):", *(f"    {line}" for line in lines)]


def _penalty(settings: Live, language: Language) -> Block:
    l1, l2 = settings.l1, settings.l2
    terms = [f"{l1} * w.abs().sum()"] * bool(l1) + [f"{l2} / 2 * w.square().sum()"] * bool(l2)
    if not terms:
        return []
    return [
        f"# {_PENALTY[language]}",
        "def penalty():",
        "    weights = [layer.weight for layer in linear]",
        f"    return sum({' + '.join(terms)} for w in weights)",
    ]


def _optimizer(settings: Live) -> Block:
    given = f"model.parameters(), lr={settings.lr}"
    return [f"optimizer = {OPTIMIZERS[settings.optimizer]().pytorch_call(given)}"]


def _edits(edits: Sequence[Edit], settings: Live, rows: list[list[str]]) -> Block:
    """What is set by hand; an index beyond the parameters means none."""
    places = _places(settings, rows) if edits else []
    return [
        f"    ({edit.step}, {places[edit.parameter]}, {edit.value}),"
        for edit in edits
        if edit.parameter < len(places)
    ]


def _edit(edits: Block, language: Language) -> Block:
    if not edits:
        return []
    return [
        f"# {_EDITS[language]}",
        "edits = [",
        *edits,
        "]",
        "",
        "def edit(step):",
        "    for after, parameter, place, value in edits:",
        "        if after == step:",
        "            parameter.data[place] = value",
    ]


def _places(settings: Live, rows: list[list[str]]) -> list[str]:
    """Each parameter of the network, in the order in which an edit counts them."""
    sizes = (len(settings.features), *settings.layers, settings.outputs)
    width = len(rows[0])  # modules of a hidden layer
    places = []
    for layer, (before, units) in enumerate(pairwise(sizes)):
        own = f"model[{layer * width}]"
        for unit in range(units):
            places += [f"{own}.weight, ({unit}, {k})" for k in range(before)]
            places.append(f"{own}.bias, {unit}")
    slopes = [k for k, row in enumerate(rows) if any("PReLU" in module for module in row)]
    return places + [f"model[{layer * width + 1}].weight, 0" for layer in slopes]


def _loop(settings: Live, size: int | None, step: int, edited: bool, language: Language) -> Block:
    """The training, batch by batch of so many points; of all at once where there is no size."""
    value = "loss(model(x), y)" if size is None else "loss(model(x[batch]), y[batch])"
    if settings.l1 or settings.l2:
        value = f"({value} + penalty())"
    lines = [
        "optimizer.zero_grad()",
        f"{value}.backward()",
        "optimizer.step()",
        *["step += 1", "edit(step)"] * edited,
    ]
    before = ["step = 0", "edit(step)"] * edited
    if size is None:
        return [*before, "for epoch in range(epochs):", *(f"    {line}" for line in lines)]
    batches = f"torch.tensor(rng.permutation(len(x))).split({size})"
    if step:
        head = [
            "for epoch in range(epochs + 1):",
            f"    batches = {batches}",
            "    if epoch == epochs:",
            f"        batches = batches[:{step}]  # {_LAST[language]}",
            "    for batch in batches:",
        ]
    else:
        head = ["for epoch in range(epochs):", f"    for batch in {batches}:"]
    return [*before, *head, *(f"        {line}" for line in lines)]


def _result(step: int, dropout: bool) -> Block:
    where = f'epochs, "and {step} batches"' if step else "epochs"
    return [
        *["model.eval()"] * dropout,
        "with torch.no_grad():",
        f'    print("epoch", {where})',
        '    print("training loss", loss(model(x), y).item())',
        '    print("test loss", loss(model(x_test), y_test).item())',
    ]
