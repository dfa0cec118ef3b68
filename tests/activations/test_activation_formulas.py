"""The formulas of each activation, in LaTeX and in its docstring, and what else that says."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlbasic.activations import GELU
from dlbasic.params import Choice, declared

# What a formula may be written with: of the commands and environments that KaTeX knows
# (https://katex.org/docs/supported) those for formulas of functions.
COMMANDS = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu
nu xi omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega
Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp ln log lg
max min sup inf lim limsup liminf det dim gcd ker arg Pr operatorname
frac dfrac tfrac cfrac binom dbinom tbinom sqrt sum prod int iint oint partial nabla infty
le leq ge geq ne neq lt gt ll gg approx sim simeq cong equiv propto in notin ni subset subseteq
supset cup cap setminus emptyset varnothing forall exists neg land lor implies iff to mapsto
gets rightarrow leftarrow Rightarrow Leftarrow leftrightarrow longrightarrow uparrow downarrow
pm mp times div cdot ast star circ bullet oplus ominus otimes odot wedge vee mid
parallel perp prime dots ldots cdots vdots ddots ell hbar Re Im degree top bot angle
left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr
lfloor rfloor lceil rceil langle rangle lvert rvert lVert rVert vert Vert lbrace rbrace
lbrack rbrack
hat widehat bar overline underline tilde widetilde dot ddot vec acute grave check breve
overbrace underbrace overset underset stackrel substack phantom boxed
text textrm textbf textit textsf texttt mathrm mathbf mathit mathsf mathtt mathbb mathcal
mathfrak mathscr boldsymbol bm displaystyle textstyle scriptstyle limits nolimits
quad qquad enspace thinspace medspace thickspace negthinspace hspace
begin end
"""
ENVIRONMENTS = "aligned alignedat gathered cases rcases array matrix pmatrix"
DELIMITERS = [("left", "right")]
DELIMITERS += [(f"{size}l", f"{size}r") for size in ("big", "Big", "bigg", "Bigg")]


@pytest.mark.parametrize("side", ["value_tex", "slope_tex"])
def test_formulas_are_balanced_latex_that_katex_knows(activation, side):
    tex = getattr(activation, side)
    assert "=" in tex and "$" not in tex
    bare = re.sub(r"\\[{}]", "", tex)
    depth = np.cumsum([(c == "{") - (c == "}") for c in bare])
    assert depth.min() >= 0 and depth[-1] == 0
    assert tex.count("(") == tex.count(")")
    for opening, closing in DELIMITERS:
        assert len(re.findall(rf"\\{opening}(?![A-Za-z])", tex)) == len(
            re.findall(rf"\\{closing}(?![A-Za-z])", tex)
        )
    assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= {*COMMANDS.split()}
    within: list[str] = []
    for which, environment in re.findall(r"\\(begin|end){(\w+)}", tex):
        if which == "begin":
            assert environment in ENVIRONMENTS.split()
            within.append(environment)
        else:
            assert within and within.pop() == environment
    assert not within


def test_formulas_name_the_parameters(activation):
    for name, param in declared(activation).items():
        if not isinstance(param, Choice):  # an option has formulas of its own
            for tex in (activation.value_tex, activation.slope_tex):
                assert re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", tex)


def test_each_form_of_gelu_has_its_own_formulas():
    assert r"\operatorname{erf}" in GELU().value_tex and r"\varphi" in GELU().slope_tex
    assert "0.044715" in GELU("tanh").value_tex and "0.134145" in GELU("tanh").slope_tex
    assert vars(GELU("tanh")) == {"approximate": "tanh"}


def test_the_docstring_has_formula_example_and_source(activation):
    text, told, source = re.split("\n    (Source:|See) ", type(activation).__doc__)
    assert re.search("``f\\(x\\) = [^`]+``", text)
    assert re.search(rf">>> .*\b{type(activation).__name__}\(", text)
    source = " ".join(source.split())
    assert all(re.search(rf"{re.escape(paper.authors)} \({paper.year}\)", source)
               for paper in activation.papers)  # fmt: skip
    assert (told == "Source:") == any(paper.introduces for paper in activation.papers)
