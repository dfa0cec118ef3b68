// What the browser alone can do for the page's link: follow the app's own links without loading
// the page anew, keep the address readable, copy it, and bring into view what it names.

const version = new URL(import.meta.url).search;  // of all scripts the same
import(`./reach.js${version}`);
const glossary = import(`./glossary.js${version}`);

// Streamlit writes a comma as %2C; a link that people read and type should not.
function readable() {
  const plain = window.location.href.replaceAll("%2C", ",");
  if (plain !== window.location.href) {
    window.history.replaceState(window.history.state, "", plain);
  }
}

// Goes to a page of the app as the browser's Back does: the address is there first, whole, and
// Streamlit then runs what stands in it.  Its own way writes the new page's settings into the old
// page's address before it leaves that one, and Back finds them there.
function go(event) {
  const anchor = event.target.closest?.("a[data-go]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
  if (!anchor || !plain || event.altKey || event.defaultPrevented) return;
  event.preventDefault();
  const place = new URL(anchor.href);
  // Whoever only turns the page keeps the language and what was set there; opened in another tab,
  // where nothing was set, the same link says the language.
  if (anchor.dataset.go === "turn") place.searchParams.delete("lang");
  else stay(place.searchParams);
  window.history.pushState({}, "", place.href.replaceAll("%2C", ","));
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  if (anchor.closest("[data-testid=stSidebar]") && window.innerWidth < 768) {
    document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click();
  }
}

// A link that sets a page's controls leaves a class's settings as they are.
function stay(link) {
  const here = new URLSearchParams(window.location.search);
  for (const name of ["predict", "view", "room", "host"]) {
    if (here.has(name) && !link.has(name)) link.set(name, here.get(name));
  }
}

document.addEventListener("click", go);
window.navigation?.addEventListener("currententrychange", readable);
readable();

// Lets the page be seen, which .streamlit/config.toml hides at first: once its last part is there and
// nothing stands for something else of another size; or at once where something takes long.
function reveal() {
  const main = document.querySelector(".stMain");
  const stands = main?.querySelector(".dl-turn")
    && !main.querySelector("[data-testid=stSkeleton], .stVegaLiteChart:not(:has(svg, canvas))");
  if (stands || main?.querySelector(".stProgress, .stException")) {
    document.documentElement.dataset.drawn = "";
  } else {
    requestAnimationFrame(reveal);
  }
}

reveal();

// Scrolls to the card that has this control, and again while the page above it is still being laid
// out, until the reader scrolls.
function bringIntoView(key) {
  const name = `.st-key-${key.replace(/[^a-zA-Z0-9_-]/g, "-")}`;
  const until = performance.now() + 3000;
  let reader = false;
  const stop = () => { reader = true; };
  for (const act of ["wheel", "touchstart", "keydown", "pointerdown"]) {
    window.addEventListener(act, stop, { once: true, passive: true });
  }
  const look = () => {
    if (reader || performance.now() > until) return;
    const card = document.querySelector(name)?.closest("[class*='st-key-card-']");
    if (card && card.getBoundingClientRect().top > window.innerHeight * 0.8) {
      card.style.scrollMarginTop = "5rem";  // the header lies over the page
      card.scrollIntoView({ block: "start" });
    }
    setTimeout(look, 150);
  };
  look();
}

// The page's address as others are to have it: without what the frame of Streamlit Community Cloud
// puts before the path, and without the key of who opened a room.
function forOthers() {
  const link = new URL(window.location.href.replace("/~/+/", "/"));
  link.searchParams.delete("host");
  return link.href.replaceAll("%2C", ",");
}

// A printed page says where it came from, in words and, where there is one of the page as it stands,
// as a QR code.
function signed() {
  const said = (address) => {
    const { searchParams } = new URL(address);
    searchParams.delete("view");
    searchParams.sort();
    return String(searchParams);
  };
  const here = forOthers();
  const code = document.querySelector(".dl-qr");
  const printed = document.createElement("div");
  printed.className = "dl-printed";
  if (code && said(code.dataset.link) === said(here)) printed.append(code.cloneNode());
  printed.append(Object.assign(document.createElement("span"), { textContent: here }));
  document.querySelector(".stMainBlockContainer")?.append(printed);
}

window.addEventListener("beforeprint", signed);
window.addEventListener("afterprint", () => document.querySelector(".dl-printed")?.remove());

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // The clipboard API is missing on plain http other than localhost (a class's own server),
    // hence the older command, and at last the address itself to copy by hand.
    return document.execCommand("copy");
  }
}

let followed = null;  // the control whose card was brought into view last

export default function ({ parentElement, data }) {
  document.documentElement.lang = data.language;
  document.documentElement.dataset.view = data.view;
  readable();
  glossary.then(({ define }) => define(data.terms));
  if (data.target !== followed) {
    followed = data.target;
    if (followed) bringIntoView(followed);
  }
  const button = parentElement.querySelector("button");
  const status = parentElement.querySelector("span");
  const field = parentElement.querySelector("input");
  button.textContent = data.copy;
  field.setAttribute("aria-label", data.copy);
  button.onclick = async () => {
    field.value = forOthers();
    field.hidden = false;
    field.select();
    const done = await copied(field);
    field.hidden = done;
    status.textContent = done ? data.copied : data.failed;
    if (done) button.focus();
    setTimeout(() => { status.textContent = ""; }, 4000);
  };
  return () => { button.onclick = null; };
}
