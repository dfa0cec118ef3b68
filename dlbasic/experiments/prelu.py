"""PReLU: where the slope of the negative side goes in training, from several starts."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlbasic.activations import ACTIVATIONS, Activation, LeakyReLU, PReLU
from dlbasic.experiments.base import (
    Experiment,
    Outcome,
    Plot,
    Verdict,
    function_choice,
    seed_choice,
    seeds_choice,
)
from dlbasic.experiments.dead_units import (
    EPOCHS,
    HIDDEN,
    Float64s,
    Lives,
    Start,
    circle,
    live,
    loss_ratios,
    quartiles,
)
from dlbasic.experiments.deep import seeds_from
from dlbasic.params import Declared, Tick, parameter
from dlbasic.text import Text

STARTS = (0.0, 0.25, 0.5, 1.0)
USUAL = 0.25  # PyTorch's start, from which the losses are charted
DRAWN = (0.0, 1.0)  # the paths of these are charted: if all came to one value, theirs would meet
SLOPED = {key: ACTIVATIONS[key].name for key in ("leaky_relu", "prelu")}

# How far from its start a slope must have come to count as moved: by default all go further, and
# nine in ten six times as far.
MOVED = 0.02
# The share of slopes that must have moved; by chance one can be slow to.
MOST, FEW = 0.9, 0.1


@dataclass(frozen=True)
class Learned(Declared):
    function: str = parameter(function_choice("prelu", SLOPED))
    rate: float = parameter(
        Tick(
            Text(ko="학습률(learning rate)", en="Learning rate"), default=0.1,
            ticks=(0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1), allowed=(1e-6, 0.1),
        )
    )  # fmt: skip
    epochs: int = parameter(EPOCHS)
    seeds: int = parameter(seeds_choice())
    seed: int = parameter(seed_choice())


def run_learned(settings: Learned) -> Generator[float, None, Outcome]:
    seeds = seeds_from(settings.seed, settings.seeds)
    kinds: list[type[PReLU] | type[LeakyReLU]] = [
        PReLU if settings.function == "prelu" else LeakyReLU, LeakyReLU
    ]  # fmt: skip
    functions: list[Activation] = [kind(alpha) for kind in kinds for alpha in STARTS]
    starts = [Start(f, settings.rate, seed) for f in functions for seed in seeds]
    run = live(starts, *circle(settings.seed), epochs=settings.epochs, seed=settings.seed)
    shape = (len(STARTS), settings.seeds, HIDDEN)
    path = np.empty((settings.epochs + 1, *shape))
    for lives in run:
        path[lives.done] = slopes(lives, shape)
        if lives.share_done < 1.0:
            yield lives.share_done
    return _outcome(settings, path, lives)


def slopes(lives: Lives, shape: tuple[int, ...]) -> Float64s:
    """The negative slope in each hidden layer of the first networks, ``(starts, seeds, layers)``.

    NaN of a network that has diverged.
    """
    stack, values = lives.stack, []
    for k in range(shape[0] * shape[1]):
        fixed = [f.alpha for f in stack.members[k].activations(HIDDEN)]  # type: ignore[attr-defined]
        values.append(stack.alphas(k) or fixed)
    now = np.array(values)
    now[lives.diverged[-1, : len(now)]] = np.nan
    return now.reshape(shape)


def _outcome(settings: Learned, path: Float64s, lives: Lives) -> Outcome:
    far = np.nanmax(np.abs(path - path[0]), axis=0)  # (starts, seeds, layers)
    moved = float((far > MOVED).mean())
    losses = lives.test_loss[-1].reshape(2, len(STARTS), settings.seeds)
    ratios = np.median(loss_ratios(losses[0], losses[1]), axis=1)
    end = path[-1]
    measured = {
        "moved": moved, "far": MOVED, "most": MOST, "few": FEW,
        "least_far": float(far.min()), "median_far": float(np.median(far)),
        "starts_spread": float(np.nanmedian(np.nanstd(end, axis=0))),
        "seeds_spread": float(np.nanmedian(np.nanstd(end, axis=1))),
        "start_spread": float(np.std(STARTS)),
        "low": float(np.nanmin(end)), "high": float(np.nanmax(end)),
        "diverged": float(lives.diverged[-1].mean()),
    }  # fmt: skip
    measured |= {f"layer_{layer + 1}": float(np.nanmedian(end[..., layer]))
                 for layer in range(HIDDEN)}  # fmt: skip
    of_starts = {"zero_ratio": ratios[0], "usual_ratio": ratios[1],
                 "half_ratio": ratios[2], "one_ratio": ratios[3]}  # fmt: skip
    measured |= {name: float(ratio) for name, ratio in of_starts.items() if np.isfinite(ratio)}
    if moved >= MOST:
        verdict = Verdict.HOLDS
    else:
        verdict = Verdict.CONDITIONAL if moved > FEW else Verdict.CONTRADICTED
    kept = lives.test_loss.reshape(len(path), *losses.shape)[:, :, STARTS.index(USUAL)]
    return Outcome(_rows(path, kept), measured, verdict)


def _rows(path: Float64s, losses: Float64s) -> pd.DataFrame:
    """The paths of the slopes, and of the losses ``(epochs, learned or fixed, seeds)``."""
    every = -(-len(path) // 90)  # at most about 90 epochs of each line
    lines = {
        f"layer_{layer + 1}_{start:g}": path[:, STARTS.index(start), :, layer]
        for layer in range(HIDDEN)
        for start in DRAWN
    }
    lines |= {"learned_loss": losses[:, 0], "fixed_loss": losses[:, 1]}
    epochs = np.arange(0.0, len(path), every)
    frames = [
        pd.DataFrame({"series": name, "epoch": epochs, "low": low, "value": middle, "high": high})
        for name, (low, middle, high) in ((n, quartiles(of[::every])) for n, of in lines.items())
    ]
    frame = pd.concat(frames, ignore_index=True)
    shown: pd.DataFrame = frame[np.isfinite(frame["high"])].reset_index(drop=True)
    return shown


PRELU = Experiment(
    key="prelu",
    claim=Text(
        ko="PReLU는 음수 쪽의 기울기 α를 학습합니다.",
        en="PReLU learns the slope α of its negative side.",
    ),
    reading=Text(
        ko="원 데이터에서 은닉층 둘(유닛 16개씩)인 신경망을 학습률 {rate}의 SGD로 {epochs}에포크 "
        "학습하며, 층마다 하나씩인 α의 경로를 네 가지 시작값(0, 0.25, 0.5, 1)과 시드 {seeds}개에서 "
        "따라갑니다. 시작값에서 {far}보다 멀리 간 적이 있는 α가 {most:%} 이상이면 맞음, {few:%} "
        "이하이면 틀림, 그 사이이면 조건부로 봅니다. 한 값을 배우는지는 따로 봅니다.",
        en="On the circle, networks with two hidden layers of 16 units train by SGD at rate {rate} "
        "for {epochs} epochs; the path of α, one for each layer, is followed from four starts (0, "
        "0.25, 0.5, 1) and {seeds} seeds. At least {most:%} of the slopes at some time further "
        "than {far} from their start counts as holding, {few:%} or fewer as not, anything between "
        "as depending. Whether it is one value that they learn is another question, looked at "
        "beside.",
    ),
    defaults=Learned(),
    quick=Learned(),
    control=Learned(function="leaky_relu"),
    subject=("function",),
    expected=Verdict.HOLDS,
    measure=run_learned,
    deciding=Text(
        ko="{function}: 시작값에서 {far}보다 멀리 간 α의 비율은 {moved:%}입니다(거리의 중앙값 "
        "{median_far}). 학습이 끝났을 때 α의 중앙값은 첫째 층 {layer_1}, 둘째 층 "
        "{layer_2}입니다(시드 {seeds}개, 시작값 네 가지).",
        en="{function}: {moved:%} of the slopes went further than {far} from their start (median "
        "distance {median_far}). In the end the median α is {layer_1} in the first layer, "
        "{layer_2} in the second ({seeds} seeds, four starts)",
    ),
    why={
        Verdict.HOLDS: Text(
            ko="손실의 기울기가 α에도 흘러 α가 가중치와 함께 움직입니다. 하지만 한 값을 배우는 "
            "것은 아닙니다. 끝값의 표준편차(중앙값)는 같은 시드에서 시작값만 바꾸면 "
            "{starts_spread}(시작할 때는 {start_spread}), 같은 시작값에서 시드만 바꾸면 "
            "{seeds_spread}이고, 끝값은 {low}부터 {high}까지 퍼져 있습니다.",
            en="The loss has a gradient at α, too, and α moves along with the weights. What it "
            "learns is not one value, though: the final slopes' standard deviation (median) is "
            "{starts_spread} over the starts with one seed ({start_spread} before training), "
            "{seeds_spread} over the seeds with one start, and they range from {low} to {high}.",
        ),
        Verdict.CONDITIONAL: Text(
            ko="α에도 손실의 기울기가 흐르지만 학습률 {rate}, {epochs}에포크로는 일부만 뚜렷이 "
            "움직였습니다. 움직인 거리의 중앙값은 {median_far}이고, 시작값에 따른 끝값의 "
            "표준편차(중앙값)는 {starts_spread}입니다(시작할 때 {start_spread}). 이 정도 "
            "학습으로는 α가 주로 시작값을 따라갑니다.",
            en="The loss has a gradient at α, but at rate {rate} and in {epochs} epochs only some "
            "of the slopes moved clearly. The median distance is {median_far}; over the starts the "
            "final slopes' standard deviation (median) is {starts_spread}, before training "
            "{start_spread}: with so little training α is mostly what it was set to.",
        ),
        Verdict.CONTRADICTED: Text(
            ko="{function}, 학습률 {rate}, {epochs}에포크: 시작값에서 가장 멀리 간 거리의 중앙값이 "
            "{median_far}에 그칩니다. α를 학습하지 않는 Leaky ReLU에서는 정확히 0이고, "
            "PReLU라도 학습이 짧거나 학습률이 아주 작으면 눈에 띄게 움직이지 않습니다.",
            en="{function}, rate {rate}, {epochs} epochs: the median of the largest distances from "
            "the start is no more than {median_far}. With Leaky ReLU, which does not learn α, it "
            "is exactly 0; PReLU's hardly moves either when the training is short or the rate "
            "tiny.",
        ),
    },
    suggestion=Text(
        ko="학습률을 0.001, 0.0003으로 낮춰 보세요. α도 다른 파라미터처럼 학습률만큼만 움직입니다. "
        "측정한 수치에는 α를 고정했을 때와 비교한 손실의 비율도 있습니다. 시작값이 1이면 "
        "고정된 쪽은 선형 신경망이어서 차이가 크지만, 나머지에서는 배운다고 꼭 손실이 낮아지지는 "
        "않습니다.",
        en="Lower the rate to 0.001 and 0.0003: α moves only as far as the rate lets it, like any "
        "parameter. The numbers also have the losses as multiples of those with α fixed. From "
        "1 the fixed one is a linear network and the difference is large; from the others, "
        "learning α need not lower the loss.",
    ),
    quantities={
        "moved": Text(ko="움직인 α의 비율", en="share of slopes that moved"),
        "far": Text(ko="움직였다고 볼 거리", en="distance that counts as moved"),
        "most": Text(ko="맞음으로 볼 비율 (이상)", en="share from which on it holds"),
        "few": Text(ko="틀림으로 볼 비율 (이하)", en="share up to which it does not"),
        "least_far": Text(
            ko="시작값에서 가장 멀리 간 거리 (최솟값)",
            en="largest distance from the start (smallest)",
        ),
        "median_far": Text(
            ko="시작값에서 가장 멀리 간 거리 (중앙값)",
            en="largest distance from the start (median)",
        ),
        "starts_spread": Text(
            ko="시작값에 따른 끝값의 표준편차 (중앙값)",
            en="standard deviation of the final slopes over the starts (median)",
        ),
        "seeds_spread": Text(
            ko="시드에 따른 끝값의 표준편차 (중앙값)",
            en="standard deviation of the final slopes over the seeds (median)",
        ),
        "start_spread": Text(ko="시작값의 표준편차", en="standard deviation of the starts"),
        "low": Text(ko="가장 작은 끝값", en="smallest final slope"),
        "high": Text(ko="가장 큰 끝값", en="largest final slope"),
        "layer_1": Text(
            ko="첫째 은닉층: 끝값의 중앙값", en="first hidden layer: median final slope"
        ),
        "layer_2": Text(
            ko="둘째 은닉층: 끝값의 중앙값", en="second hidden layer: median final slope"
        ),
        "zero_ratio": Text(
            ko="시작값 0: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en="start 0: loss as a multiple of that with α fixed (median)",
        ),
        "usual_ratio": Text(
            ko=f"시작값 {USUAL}: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en=f"start {USUAL}: loss as a multiple of that with α fixed (median)",
        ),
        "half_ratio": Text(
            ko="시작값 0.5: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en="start 0.5: loss as a multiple of that with α fixed (median)",
        ),
        "one_ratio": Text(
            ko="시작값 1: α를 고정했을 때에 대한 손실의 비율 (중앙값)",
            en="start 1: loss as a multiple of that with α fixed (median)",
        ),
        "diverged": Text(ko="발산한 신경망의 비율", en="share of networks that diverged"),
    },
    plot=Plot(
        x="epoch",
        y="value",
        x_title=Text(ko="에포크", en="epoch"),
        y_title=Text(
            ko="기울기 α, 테스트 손실 (중앙값, 띠는 사분위)",
            en="slope α, test loss (medians, band: quartiles)",
        ),
        names={
            "layer_1_0": Text(ko="첫째 층, 시작값 0", en="first layer, from 0"),
            "layer_1_1": Text(ko="첫째 층, 시작값 1", en="first layer, from 1"),
            "layer_2_0": Text(ko="둘째 층, 시작값 0", en="second layer, from 0"),
            "layer_2_1": Text(ko="둘째 층, 시작값 1", en="second layer, from 1"),
            "learned_loss": Text(
                ko=f"손실: {USUAL}에서 시작해 학습", en=f"loss: learned from {USUAL}"
            ),
            "fixed_loss": Text(ko=f"손실: {USUAL}로 고정", en=f"loss: fixed at {USUAL}"),
        },
        low="low",
        high="high",
    ),
)
