"""All the text that a page shows, and what of it is not in the language it should be in."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from html import unescape
from string import Formatter
from typing import Any

from dlbasic.activations import ACTIVATIONS
from dlbasic.params import declared
from tests.site import FIGURES, words

# "SiLU (Swish)" is two names.
FUNCTIONS = {name for f in ACTIVATIONS.values() for name in re.findall(r"\w[^()]*\w", f.name["en"])}
PARAMETERS = {name for f in ACTIVATIONS.values() for name in declared(f)}
# Names, symbols and code are the same in both languages.
NAMES = (
    *sorted(FUNCTIONS, key=len, reverse=True),  # without "ReLU" "Leaky" would be left
    "LReLU", "tanh", "sigmoid", "softplus", "Softmax", "softmax", "erf", "exp", "sin",
    "max", "float64", "float32", "float", "NaN", "PyTorch", "Keras", "Python", "CSV", "BERT",
    "GPT", "dlbasic", "XOR", "Adam", "SGD", "LeCun", "Xavier",
    "CNN", "LSTM", "ResNet", "Llama", "UTF-8", "Excel",
    "MSE", "MAE", "RMSE", "Huber", "NumPy", "pandas", "scikit-learn", "torchvision", "log", "cosh",
)  # fmt: skip


def without_formulas(text: str) -> str:
    """The text without its formulas, whose braces are no slots."""
    return re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.DOTALL)


def without_names(text: str) -> str:
    """The text without formulas, code, links' addresses, sources and names."""
    text = re.sub(r"\[([^\]]*)\]\(#term-[\w-]+\)", r"\1", text)  # a term that links its meaning
    # A paper's title stays as it was published.
    text = re.sub(r"(출처|참고|Source|See)( \([^)]*\))?: .*", r"\1\2", text)
    text = re.sub(r"`[^`]*`", " ", text)
    text = re.sub(rf"\b({'|'.join(PARAMETERS)}) = [\w.]+", " ", text)
    text = re.sub(r"\b[a-z_]+\.[\w.-]+=", " ", text)  # a control, by its name in the link
    text = without_formulas(text)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r":[a-z]+-badge|:material/\w+:", " ", text)
    text = re.sub(
        r"(?<=[가-힣])\([A-Za-z ,-]+\)", " ", text
    )  # 기울기(slope): a term's English name
    for name in NAMES:
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", " ", text)
    return text


def foreign(text: str, language: str) -> list[str]:
    """The words that are not in this language."""
    if language == "en":
        return re.findall(r"[가-힣ㄱ-ㅎ]+", text)
    return re.findall(r"[A-Za-z]{3,}", without_names(text))


def _of_chart(spec: dict[str, Any]) -> Iterator[str]:
    """Titles, and the words that a chart's expressions write."""
    for key, value in spec.items():
        if isinstance(value, dict):
            yield from _of_chart(value)
        elif isinstance(value, list) and all(isinstance(line, str) for line in value):
            if key in ("title", "text"):
                yield " ".join(value)  # on several lines
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    yield from _of_chart(item)
        elif isinstance(value, str):
            if key in ("title", "text", "description", "subtitle"):
                yield value
            elif key in ("labelExpr", "calculate"):
                # {'relu': 'ReLU'}[…] writes the values, … + ' · slope ' + … the strings between.
                yield from (words for _, words in re.findall(r"(?:^|[:+] )(['\"])(.*?)\1", value))


def chart_texts(spec: dict[str, Any]) -> list[str]:
    """Every title, label and tooltip of a chart's specification."""
    texts = list(_of_chart(spec))
    return [text for text in texts if text and text.strip()]


def charts(at: Any) -> list[Any]:
    """The charts on the page, as they are sent to the browser."""
    return [chart.proto for chart in at.get("vega_lite_chart")]


def shown(at: Any) -> list[str]:
    """Every piece of text on the page and in the sidebar, a list entry for each."""
    texts: list[str] = []
    for block in (at.main, at.sidebar):
        texts += _of_block(block)
    return [text for text in texts if text and text.strip()]


def _of_block(block: Any) -> Iterator[str]:
    for node in block.children.values():
        if hasattr(node, "children"):
            yield str(getattr(node, "label", "") or "")
            yield from _of_block(node)
            continue
        match node.type:
            case "latex" | "code":
                pass
            case "html":  # without the style sheet
                body = re.sub(r"<style>.*?</style>", "", node.proto.body, flags=re.DOTALL)
                yield from re.findall(r'aria-label="(.*?)"', body)
                yield from map(unescape, re.split(r"<[^>]*>", body))
            case "table" | "dataframe":
                frame = node.value
                yield from map(str, frame.columns)
                yield from map(str, frame.index)
                yield from frame.astype(str).to_numpy().ravel()
            case "metric":
                yield from (node.label, str(node.value), str(node.delta))
            case "vega_lite_chart":
                yield node.proto.alt
                yield from chart_texts(json.loads(node.proto.spec))
            case "button_group":
                yield node.label
                # The language switch names itself and each language in that language.
                yield from () if node.key == "lang" else node.options
            case "bidi_component" if node.proto.bytes:  # the player
                line, _, _ = zlib.decompress(node.proto.bytes).partition(b"\n")
                said = json.loads(line)
                yield said["ended"] or ""
                scene = said["scene"] or {"words": {}}
                # The browser fills these in.
                yield from (re.sub(r"\{\w+\}", "", text) for text in scene["words"].values())
                yield from scene.get("class_names", ())
                yield scene.get("loss_name", "")
            case "bidi_component":
                given = json.loads(node.proto.json)
                yield from (given[key] for key in ("copy", "copied", "failed") if key in given)
                words = given.get("words", {}).values()  # Play of a chart; the browser fills these
                yield from (re.sub(r"\{\w+\}", "", text) for text in words)
            case "page_link" | "download_button":
                yield node.proto.label
            case _:
                yield str(getattr(node, "label", "") or "")
                yield str(getattr(node, "help", "") or "")
                yield from map(str, getattr(node, "options", ()))
                if hasattr(node, "proto") and hasattr(node.proto, "body"):
                    yield node.proto.body


def _pattern(template: str) -> str:
    """What matches the text with anything in its slots, each slot a group."""
    pattern, known = "", set()
    for literal, name, _, _ in Formatter().parse(template):
        pattern += re.escape(literal)
        if name is not None:
            pattern += f"(?P={name})" if name in known else f"(?P<{name}>.+?)"
            known.add(name)
    return pattern


def _told(reader: Any) -> list[str]:
    return [*reader.captions, *(element.value for element in reader.at.main.markdown)]


def said(reader: Any, place: str, part: str, language: str = "en") -> dict[str, str] | None:
    """What stands in the slots of a part of a figure's words; None where it is not on the page."""
    pattern = _pattern(words(place, part, language))
    found = [match for text in _told(reader) if (match := re.fullmatch(pattern, text, re.DOTALL))]
    assert len(found) <= 1
    return found[0].groupdict() if found else None


def filled_in(reader: Any, place: str, language: str) -> dict[str, list[str]]:
    """Every text of a figure that has slots, as it stands on the page, by its part."""
    patterns = {
        part: _pattern(text[language])
        for part, text in FIGURES[place].words.parts.items()
        if any(name is not None for _, name, _, _ in Formatter().parse(text[language]))
    }
    found = {
        part: [text for text in _told(reader) if re.fullmatch(pattern, text, re.DOTALL)]
        for part, pattern in patterns.items()
    }
    return {part: texts for part, texts in found.items() if texts}


def table(reader: Any, column: str) -> Any:
    """The one table that has this column."""
    (found,) = [table.value for table in reader.at.table if column in table.value.columns]
    return found
