"""What a reader takes along of the network beside its curves: its weights, and a PyTorch script."""

from __future__ import annotations

from dataclasses import replace

from dlbasic.figures.training.live.measure import At, Live
from dlbasic.figures.training.live.torch_script import torch_script
from dlbasic.figures.training.live.weights import Wanted, Weights, weights
from dlbasic.measures.tasks import OWN
from dlbasic.text import Text
from dlbasic.ui import Kept, Offer, Panel, own_points, place_shown

KEY = "training-player"

_WEIGHTS = Text(ko="에포크 {epoch}의 가중치와 편향", en="Weights and biases at epoch {epoch}")
_BETWEEN = Text(
    ko="에포크 {epoch}에서 배치 {step}개를 더 학습한 가중치와 편향",
    en="Weights and biases {step} batches after epoch {epoch}",
)
_WAITING = Text(ko="그 에포크까지 다시 학습시키고 있습니다…", en="Training again up to that epoch…")
_PYTORCH = Text(
    ko="같은 신경망을 같은 순서로 학습시키는 PyTorch 코드",
    en="The same network, trained the same way in PyTorch",
)

_KEPT: Kept[Weights] = Kept(weights, private=lambda wanted: wanted.settings.own is not None)


def _shown(panel: Panel) -> At:
    """Where the run stands on the page."""
    at = panel.settings(At)
    epoch = place_shown(KEY, at.epoch)
    return at if epoch == at.epoch else At(epoch=epoch)


def _weights_title(panel: Panel) -> str:
    at = _shown(panel)
    words = _BETWEEN if at.step else _WEIGHTS
    return words.fill(panel.language, {"epoch": at.epoch, "step": at.step})


def settings_of(panel: Panel) -> Live:
    """The reader's settings, with the own points where these are learned."""
    settings = panel.settings(Live)
    return replace(settings, own=own_points()) if settings.data == OWN else settings


def _weights(panel: Panel) -> str:
    settings = settings_of(panel)
    functions = tuple(panel.function(key) for key in settings.by_layer)
    wanted = Wanted(settings, functions, _shown(panel))
    return _KEPT.get(wanted, _WAITING, panel.language).text


def _script(panel: Panel) -> str:
    settings = settings_of(panel)
    functions = panel.functions(settings.by_layer)
    return torch_script(settings, functions, _shown(panel), panel.language)


OFFERS = (
    Offer("json", _weights_title, _weights),
    Offer("python", lambda panel: _PYTORCH[panel.language], _script),
)
