"""Copy the page's link; and tell the browser which language the page is in.

The browser knows its own address best, behind any proxy.  Inside Streamlit Community Cloud's frame
the path starts with ``/~/+/``, which is no part of the link a reader wants.
"""

from __future__ import annotations

import streamlit as st

from dlbasic.text import Language, Text

_COPY = Text(ko="링크 복사", en="Copy link")
_COPIED = Text(ko="복사했습니다", en="Copied")
_FAILED = Text(ko="아래 링크를 직접 복사해 주세요", en="Please copy the link below yourself")

_HTML = """
<button type="button"></button>
<span role="status" aria-live="polite"></span>
<input type="text" readonly hidden>
"""

_CSS = """
button {
  font: inherit; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: 0.5rem;
  min-height: 44px; padding: 0.25rem 0.9rem; cursor: pointer;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-link-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
span { margin-left: 0.6rem; }
input { width: 100%; box-sizing: border-box; margin-top: 0.5rem; font: inherit; }
"""

# The clipboard API is missing on plain http other than localhost (a class's own server), hence
# the older command, and at last the address itself to copy by hand.
_JS = """
// Scrolls to a control below the first screen, and again while the page above it is still being
// laid out, until the reader scrolls.
function bringIntoView(key) {
  const name = ".st-key-" + key.replace(/[^a-zA-Z0-9_-]/g, "-");
  const until = performance.now() + 3000;
  let reader = false;
  const stop = () => { reader = true; };
  for (const act of ["wheel", "touchstart", "keydown", "pointerdown"]) {
    window.addEventListener(act, stop, { once: true, passive: true });
  }
  const look = () => {
    if (reader || performance.now() > until) return;
    const control = document.querySelector(name);
    const card = control?.closest("[class*='st-key-card-']");
    const place = card ?? control;
    if (place && place.getBoundingClientRect().top > window.innerHeight * 0.8) {
      place.style.scrollMarginTop = "5rem";  // the header lies over the page
      place.scrollIntoView({ block: card ? "start" : "center" });
    }
    setTimeout(look, 150);
  };
  look();
}

export default function ({ parentElement, data }) {
  document.documentElement.lang = data.language;
  // Streamlit writes a comma as %2C; a link that people read and type should not.
  const readable = window.location.href.replaceAll("%2C", ",");
  if (readable !== window.location.href) {
    window.history.replaceState(window.history.state, "", readable);
  }
  if (data.target) bringIntoView(data.target);
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("span");
  const field = parentElement.querySelector("input");
  button.textContent = data.copy;
  field.setAttribute("aria-label", data.copy);
  button.onclick = async () => {
    const link = window.location.href.replace("/~/+/", "/");
    field.value = link;
    field.hidden = false;
    field.select();
    let copied;
    try {
      await navigator.clipboard.writeText(link);
      copied = true;
    } catch {
      copied = document.execCommand("copy");
    }
    field.hidden = copied;
    status.textContent = copied ? data.copied : data.failed;
    if (copied) button.focus();
    setTimeout(() => { status.textContent = ""; }, 4000);
  };
  return () => { button.onclick = null; };
}
"""

_mount = st.components.v2.component("dlbasic_share", html=_HTML, css=_CSS, js=_JS)


def copy_link(language: Language, link: dict[str, str], target: str | None) -> None:
    """A button that copies the address of the page as it stands, which says ``link``.

    A reader who came by a link is taken to ``target``, the key of the first control it names.
    """
    _mount(
        key="share",
        data={
            "language": language,
            "said": link,
            "target": target,
            "copy": _COPY[language],
            "copied": _COPIED[language],
            "failed": _FAILED[language],
        },
    )
