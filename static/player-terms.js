// What a word on the board means: a sentence that is shown on hover, focus and touch.
//
// An element that has an ``aria-description`` shows it: assistive technology reads it by itself.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// A sentence with its slots filled.
export const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (_, name) => slots[name]);

// Words that can be asked what they mean.
export function term(words, meaning) {
  const made = element("span", { class: "term", tabindex: 0 });
  explain(made, words, meaning);
  return made;
}

export function explain(made, words, meaning) {
  made.textContent = words;
  made.setAttribute("aria-description", meaning);
}

const EXPLAINED = "[aria-description]";

export class Tips {
  constructor(board) {
    this.tip = element("div", { class: "tip", popover: "manual", "aria-hidden": "true" });
    board.append(this.tip);
    const of = ({ target }) => target.closest?.(EXPLAINED);
    board.addEventListener("pointerover", (event) => of(event) && this.show(of(event)));
    board.addEventListener("focusin", (event) => of(event) && this.show(of(event)));
    for (const leaving of ["pointerout", "focusout"]) {
      board.addEventListener(leaving, (event) => of(event) === this.shown && this.hide());
    }
    board.addEventListener("keydown", ({ key }) => key === "Escape" && this.hide());
  }

  show(explained) {
    this.shown = explained;
    this.tip.textContent = explained.getAttribute("aria-description");
    if (!this.tip.matches(":popover-open")) this.tip.showPopover();
    // Below the word, or above it where there is no room; never beyond the window.
    const word = explained.getBoundingClientRect();
    const { width, height } = this.tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth - width - 8;
    this.tip.style.left = `${Math.max(8, Math.min(word.left, room))}px`;
    const below = word.bottom + 6;
    this.tip.style.top = `${below + height < innerHeight ? below : Math.max(8, word.top - height - 6)}px`;
  }

  hide() {
    this.shown = undefined;
    if (this.tip.matches(":popover-open")) this.tip.hidePopover();
  }
}
