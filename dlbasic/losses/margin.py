"""Losses of the margin, how far a score is on its label's side: hinge and focal loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbasic.activations import Framework, Paper, Sigmoid, Softplus
from dlbasic.activations.exact import exp_of_minus_product
from dlbasic.arrays import Float64s, Floats
from dlbasic.losses.two_classes import BCE, TwoClasses
from dlbasic.params import Real, parameter
from dlbasic.text import Text

_bce, _sigmoid, _softplus = BCE(), Sigmoid(), Softplus()


def _expected(y: Float64s, if_one: Float64s, if_zero: Float64s) -> Float64s:
    """The mean over labels that are 1 with probability ``y``; one that never comes adds nothing."""
    one = np.where(y > 0, y * if_one, 0.0)
    zero = np.where(y < 1, (1.0 - y) * if_zero, 0.0)
    return one + zero


@dataclass(frozen=True)
class Hinge(TwoClasses):
    """Ask for a margin of 1 on the label's side and no more: ``max(0, 1 - s·z)``, s = 2y - 1.

    Takes scores ``z`` and labels of one shape; a label between 0 and 1 is the probability of 1, and
    gives the mean of the losses of the two.  At a kink, where the margin is just 1, the slope is
    that beyond it, 0.

    >>> Hinge()([0.5, 3.0, -2.0], [1, 1, 1]), Hinge().grad([0.5, 3.0, -2.0], [1, 1, 1])
    (array([0.5, 0. , 3. ]), array([-1.,  0., -1.]))

    Source: Cortes & Vapnik (1995).
    """

    key = "hinge"
    name = Text(ko="힌지 손실(Hinge)", en="Hinge loss")
    value_tex = r"\ell(z, y) = \max(0,\; 1 - s z) \qquad s = 2y - 1"
    slope_tex = (
        r"\dfrac{\partial \ell}{\partial z} = \begin{cases} -s & s z < 1 \\ 0 & s z \ge 1 "
        r"\end{cases}"
    )
    keras = Framework("keras.losses.Hinge()", 'reduction="sum_over_batch_size"')
    paper = Paper(
        "Cortes & Vapnik", 1995, "Support-Vector Networks", "https://doi.org/10.1007/BF00994018"
    )
    note = Text(
        ko="점수 z가 0보다 크면 클래스 1로 예측합니다. 여유(margin) s·z가 1을 넘으면 기울기가 0이 "
        "되므로, σ(z)를 클래스 1의 확률로 읽어서는 안 됩니다. s는 정답 0과 1을 −1과 1로 바꾼 "
        "것이고, Keras도 0과 1을 받으면 그렇게 바꿉니다. PyTorch에는 이 손실이 없습니다. "
        "`torch.nn.HingeEmbeddingLoss`는 다른 손실입니다.",
        en="A score z above 0 predicts class 1. Once the margin s·z is above 1 the gradient is 0, "
        "so σ(z) must not be read as the probability of class 1. s turns labels 0 and 1 into −1 "
        "and 1, as Keras does when it is given 0 and 1. PyTorch has no such loss; its "
        "`torch.nn.HingeEmbeddingLoss` is another one.",
    )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        return _expected(targets, np.maximum(1.0 - outputs, 0.0), np.maximum(1.0 + outputs, 0.0))

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        slope = np.empty_like(outputs)
        self.kernel(outputs, targets, slope)
        return slope

    def kernel(self, logits: Floats, targets: Floats, slope: Floats) -> None:
        # 1 short of the margin, else 0; by heaviside, as NaN stays NaN in it.
        one, none = logits.dtype.type(1), logits.dtype.type(0)
        short_of_one = np.heaviside(one - logits, none)
        np.add(logits, one, slope)
        np.heaviside(slope, none, slope)
        np.multiply(slope, one - targets, slope)
        np.subtract(slope, short_of_one * targets, slope)


@dataclass(frozen=True)
class Focal(TwoClasses):
    """Binary cross-entropy that looks away from the easy: ``-(1 - pₜ)^γ·log pₜ``.

    Here ``pₜ`` is the probability given to the label, σ(z) or σ(-z).  Takes scores ``z`` and labels
    of one shape; a label between 0 and 1 is the probability of 1, and gives the mean of the losses
    of the two (where torchvision and Keras give both one factor).  With γ = 0 it is :class:`BCE`,
    to the last bit.  Raises ``ValueError`` unless ``gamma`` is from 0 to 10.

    >>> Focal()([0.0, 5.0, -5.0], [1, 1, 1])
    array([1.73286795e-01, 3.00809023e-07, 4.93992122e+00])
    >>> Focal(0.0)([0.0, 5.0], [1, 1]), BCE()([0.0, 5.0], [1, 1])
    (array([0.69314718, 0.00671535]), array([0.69314718, 0.00671535]))

    Source: Lin, Goyal, Girshick, He & Dollár (2017).
    """

    gamma: float = parameter(
        Real(
            Text(
                ko="쉬운 데이터의 손실을 줄이는 정도 γ", en="how far easy samples are discounted γ"
            ),
            default=2.0,
            low=0.0,
            high=5.0,
            step=0.1,
            allowed=(0.0, 10.0),
        )
    )

    key = "focal"
    name = Text(ko="포컬 손실(Focal)", en="Focal loss")
    value_tex = (
        r"\begin{gathered} \ell(z, y) = -(1 - p_t)^{\gamma} \log p_t \\ "
        r"p_t = \begin{cases} \sigma(z) & y = 1 \\ 1 - \sigma(z) & y = 0 \end{cases} \end{gathered}"
    )
    slope_tex = (
        r"\begin{aligned} \dfrac{\partial \ell}{\partial z} = {}& (1 - 2y)\,(1 - p_t)^{\gamma} \\ "
        r"&\cdot \bigl(1 - p_t - \gamma\, p_t \log p_t\bigr) \end{aligned}"
    )
    paper = Paper(
        "Lin, Goyal, Girshick, He & Dollár",
        2017,
        "Focal Loss for Dense Object Detection",
        "https://doi.org/10.1109/ICCV.2017.324",
    )
    note = Text(
        ko="쉬운 데이터의 손실을 (1 − pₜ)^γ배로 줄입니다. 여기서는 클래스 가중치 α를 곱하지 "
        "않습니다. torchvision은 α가 음수가 아니면, Keras는 `apply_class_balancing=True`이면 "
        "곱합니다. Keras는 `from_logits=True`여도 점수를 확률로 바꾸어 10⁻⁷과 1 − 10⁻⁷ 사이로 "
        "자릅니다. γ > 0이면 기대 손실이 가장 작은 σ(z)가 클래스 1의 확률보다 ½ 쪽으로 "
        "치우치므로, σ(z)를 그 확률로 읽어서는 안 됩니다.",
        en="Multiplies each loss by (1 − pₜ)^γ, which makes that of easy samples small. Here it "
        "has no class weight α; torchvision multiplies by it unless α is negative, Keras only with "
        "`apply_class_balancing=True`. Keras, even with `from_logits=True`, turns scores into "
        "probabilities and cuts them off at 10⁻⁷ and 1 − 10⁻⁷. With γ > 0 the σ(z) of least "
        "expected loss is drawn from the probability of class 1 towards ½, so it must not be read "
        "as that probability.",
    )

    @property
    def pytorch(self) -> Framework:
        return Framework(
            f"torchvision.ops.sigmoid_focal_loss(z, y, alpha=-1, gamma={self.gamma}, "
            'reduction="mean")',
            'alpha=0.25, gamma=2, reduction="none"',
        )

    @property
    def keras(self) -> Framework:
        return Framework(
            f"keras.losses.BinaryFocalCrossentropy(gamma={self.gamma}, from_logits=True)",
            "apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, "
            'label_smoothing=0.0, reduction="sum_over_batch_size"',
        )

    def _value(self, outputs: Float64s, targets: Float64s) -> Float64s:
        if not self.gamma:
            return _bce._value(outputs, targets)
        return _expected(targets, self._loss_at(outputs), self._loss_at(-outputs))

    def _slope(self, outputs: Float64s, targets: Float64s) -> Float64s:
        if not self.gamma:
            return _bce._slope(outputs, targets)
        return _expected(targets, self._slope_at(outputs), -self._slope_at(-outputs))

    def _loss_at(self, margin: Float64s) -> Float64s:
        return self._discount(margin) * _softplus(-margin)

    def _slope_at(self, margin: Float64s) -> Float64s:
        # Far on either side the slope is 0 or -1 already, and ∞·0 would be NaN.
        m = np.clip(margin, -1e4, 1e4)
        # Two parts of one sign: how the cross-entropy falls, and how its discount grows.
        falls, grows = _sigmoid(-m), self.gamma * _sigmoid(m) * _softplus(-m)
        slope: Float64s = -self._discount(m) * (falls + grows)
        return slope

    def _discount(self, margin: Float64s) -> Float64s:
        """``σ(-m)^γ = exp(-γ·m⁺)·(1 + e^(-|m|))^(-γ)``.

        Not a power of σ(-m), whose digits end where it underflows while a root of it does not.
        """
        # Beyond 1e4 the discount stands before a loss that is 0.
        above = np.clip(margin, 0.0, 1e4)
        rest = np.exp(-self.gamma * np.log1p(np.exp(-np.abs(margin))))
        discount: Float64s = exp_of_minus_product(np.asarray(self.gamma), above) * rest
        return discount

    def kernel(self, logits: Floats, targets: Floats, slope: Floats) -> None:
        if not self.gamma:
            _bce.kernel(logits, targets, slope)
            return
        one, none, gamma = (logits.dtype.type(number) for number in (1.0, 0.0, self.gamma))
        e = np.exp(-np.abs(logits))
        rest = np.log1p(e)
        larger = one / (one + e)
        positive = logits > 0
        p = np.where(positive, larger, larger * e)
        q = np.where(positive, larger * e, larger)
        # -log p and -log q
        surprise_p = rest + np.maximum(-logits, none)
        surprise_q = rest + np.maximum(logits, none)
        rises = np.exp(-gamma * surprise_p) * (p + gamma * q * surprise_q)
        falls = np.exp(-gamma * surprise_q) * (q + gamma * p * surprise_p)
        np.subtract((one - targets) * rises, targets * falls, slope)
