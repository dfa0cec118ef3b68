// Shows what a term means where its link was pressed: the browser's own popover, which closes by
// Escape and by a press elsewhere.  Nothing is loaded and the address stays as it is.

const PREFIX = "#term-";
let meanings = {};
let from = null;  // the link whose meaning is shown

function box() {
  const there = document.getElementById("dl-term");
  if (there) return there;
  const made = document.createElement("div");
  made.id = "dl-term";
  made.popover = "auto";
  made.tabIndex = -1;
  made.setAttribute("role", "note");
  made.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && (made.contains(document.activeElement)
      || document.activeElement === document.body)) from?.focus({ preventScroll: true });
  });
  document.querySelector("[data-testid=stApp]").append(made);  // its colours are the page's
  return made;
}

// Below the link, or above it where there is no room; never beyond the window.
function place(shown, anchor) {
  const link = anchor.getBoundingClientRect();
  const { width, height } = shown.getBoundingClientRect();
  const room = document.documentElement.clientWidth - width - 8;
  shown.style.left = `${Math.max(8, Math.min(link.left, room))}px`;
  const below = link.bottom + 6;
  shown.style.top = `${below + height < window.innerHeight ? below : Math.max(8, link.top - height - 6)}px`;
}

function open(event) {
  const anchor = event.target.closest?.(`a[href^="${PREFIX}"]`);
  if (!anchor) return;
  event.preventDefault();
  event.stopPropagation();
  const key = anchor.getAttribute("href").slice(PREFIX.length);
  if (!Object.hasOwn(meanings, key)) return;
  const term = meanings[key];
  const shown = box(), name = document.createElement("strong");
  name.textContent = term[0];
  shown.replaceChildren(name, ` ${term[1]}`);
  from = anchor;
  shown.showPopover();
  place(shown, anchor);
  shown.focus({ preventScroll: true });
}

// Before Streamlit, which would follow the link.
document.addEventListener("click", open, { capture: true });
document.addEventListener("scroll", () => document.getElementById("dl-term")?.hidePopover(),
  { capture: true, passive: true });

export function define(terms) { meanings = terms; }
