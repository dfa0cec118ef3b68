// Saves the pictures of a figure as they stand on the page: a chart's own SVG, the same as PNG, and
// a player's canvases; its data, which the server writes when it is asked.

const version = new URL(import.meta.url).search; // all parts are of one version
const css = await fetch(new URL(`export.css${version}`, import.meta.url)).then((it) => it.text());

const SCALE = 2; // pixels of a PNG for each of the page's
const WRITTEN = { csv: "text/csv;charset=utf-8", json: "application/json" }; // by the server
const LOOK = 500; // ms between two looks at the address
const TURNING = 5000; // ms that the server may take to turn the page, see player-playback.js
const SVG = "http://www.w3.org/2000/svg";
const FONT = "system-ui, sans-serif"; // where the page's own is not there

let turned = -TURNING;
window.addEventListener("popstate", () => { turned = performance.now(); });

const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (_, name) => slots[name]);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const page = () => getComputedStyle(document.querySelector(".stApp")).backgroundColor;

const CARD = "[class*=st-key-card-]";

// The charts of the card that an element stands in, or of the figure, in their order.
function charts(host) {
  const card = host.closest(CARD);
  const all = (card ?? document.querySelector(".stMain")).querySelectorAll(".stVegaLiteChart");
  return [...all].filter((chart) => card || !chart.closest(CARD));
}

// What stands within a player, which has a root of its own.
function within(key, selector) {
  const place = document.querySelector(`.st-key-${CSS.escape(key)}`);
  const { shadowRoot } = [...place.querySelectorAll("*")].find((part) => part.shadowRoot);
  return shadowRoot.querySelector(selector);
}

// A chart as a file of its own: what the page's style gives it is written into it, and what is there
// for the pointer alone is left out.
export function standalone(chart, { title, about }) {
  const copy = chart.cloneNode(true);
  const copies = copy.querySelectorAll("*");
  chart.querySelectorAll("*").forEach((part, place) => {
    const style = getComputedStyle(part);
    if (part.tagName === "text") {
      copies[place].setAttribute("fill", style.fill);
      copies[place].setAttribute("font-family", `${style.fontFamily}, ${FONT}`);
    }
    if (part.tagName === "path" && style.opacity === "0") copies[place].remove();
  });
  const { width, height } = chart.viewBox.baseVal;
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  for (const name of ["style", "class"]) copy.removeAttribute(name);
  const ground = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ width, height, fill: page() })) {
    ground.setAttribute(name, value);
  }
  const told = [["title", title], ["desc", about]].map(([tag, words]) => {
    const made = document.createElementNS(SVG, tag);
    made.textContent = words;
    return made;
  });
  copy.prepend(...told, ground);
  // What the page's own address stands before, a gradient or a clip, is in the file itself.
  const text = new XMLSerializer().serializeToString(copy).replace(/url\([^()#]*#/g, "url(#");
  return { text, width, height };
}

function canvas(width, height) {
  const made = element("canvas", { width: Math.round(width * SCALE), height: Math.round(height * SCALE) });
  const context = made.getContext("2d");
  context.fillStyle = page();
  context.fillRect(0, 0, made.width, made.height);
  context.scale(SCALE, SCALE);
  return [made, context];
}

const png = (from) => new Promise((done) => from.toBlob(done, "image/png"));

async function chartAsPng({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const [made, context] = canvas(width, height);
  context.drawImage(image, 0, 0, width, height);
  return png(made);
}

// Canvases that lie over each other, as they lie on the page.
function canvasesAsPng(box, parts) {
  const whole = box.getBoundingClientRect();
  const [made, context] = canvas(whole.width, whole.height);
  for (const part of parts) {
    const place = part.getBoundingClientRect();
    context.imageSmoothingEnabled = getComputedStyle(part).imageRendering !== "pixelated";
    context.drawImage(part, place.x - whole.x, place.y - whole.y, place.width, place.height);
  }
  return png(made);
}

function player(row) {
  const figure = within(row.of, ".figure");
  const curve = within(row.of, ".curve canvas");
  if (row.place) return canvasesAsPng(curve, [curve]);
  return canvasesAsPng(figure, figure.querySelectorAll("canvas"));
}

async function picture(row, kind, host) {
  if (!row.kinds.includes("svg")) return player(row);
  const chart = charts(host)[row.place];
  const about = chart.getAttribute("aria-label");
  const file = standalone(chart.querySelector("svg"), { title: row.title, about });
  return kind === "svg" ? new Blob([file.text], { type: "image/svg+xml" }) : chartAsPng(file);
}

class Files {
  constructor(parent) {
    this.root = parent.querySelector(".files");
    this.host = this.root.getRootNode().host ?? this.root;
    this.root.before(element("style", {}, css));
    this.address = window.location.href;
    this.looking = setInterval(() => this.look(), LOOK);
  }

  receive({ data, setTriggerValue }) {
    this.data = data;
    this.trigger = setTriggerValue;
    const drawn = JSON.stringify([data.rows, data.words]);
    if (drawn !== this.drawn) this.draw();
    this.drawn = drawn;
    if (data.written && this.asked?.row.of === data.written.of) {
      const { row, kind } = this.asked;
      this.asked = undefined;
      save(new Blob([data.written.text], { type: WRITTEN[kind] }), `${row.file}.${kind}`);
    }
  }

  draw() {
    const { rows, words, whole } = this.data;
    this.status = element("span", { role: "status" });
    const lines = rows.map((row) => {
      const said = element("span", {}, ...(row.number ? [element("b", {}, row.number), " "] : []), row.title);
      const title = row.number ? `${row.number} ${row.title}` : row.title;
      return element("div", { class: "row" }, said, ...row.kinds.map((kind) => {
        const name = kind.toUpperCase();
        const label = fill(words.save, { title, kind: name });
        const button = element("button", { type: "button", "aria-label": label }, name);
        button.onclick = () => this.take(row, kind);
        return button;
      }));
    });
    if (whole) {
      const button = element("button", { type: "button" }, words.print);
      button.onclick = () => window.print();
      lines.push(element("div", { class: "row" }, element("span", {}, words.printed), button));
    }
    this.root.replaceChildren(...lines, this.status);
  }

  async take(row, kind) {
    this.status.textContent = "";
    if (kind in WRITTEN) {
      this.asked = { row, kind };
      this.trigger("asked", row.of);
      return;
    }
    try {
      save(await picture(row, kind, this.host), `${row.file}.${kind}`);
    } catch {
      this.status.textContent = this.data.words.failed;
    }
  }

  // The link, its QR code and the Python follow what the reader sets, once it stands still.
  look() {
    const { href } = window.location;
    const still = href === this.last;
    this.last = href;
    if (!this.data?.whole || !still || href === this.address) return;
    if (performance.now() - turned < TURNING) return;
    this.address = href;
    this.trigger("moved", Date.now());
  }

  close() {
    clearInterval(this.looking);
  }
}

const all = new WeakMap(); // by the element that each is drawn in

export default function mount(given) {
  const { parentElement } = given;
  if (!all.has(parentElement)) all.set(parentElement, new Files(parentElement));
  const files = all.get(parentElement);
  files.receive(given);
  return () => {
    files.close();
    all.delete(parentElement);
  };
}
