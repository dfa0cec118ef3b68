// Plays a chart step by step, in the browser alone: Play, Pause and a slider move the parameter of
// the chart that says how far it is drawn; the server hears of the step at which it stops.

const version = new URL(import.meta.url).search; // all parts are of one version
const css = await fetch(new URL(`player.css${version}`, import.meta.url)).then((it) => it.text());

const LONGEST = 12; // seconds that the whole way takes
const SLOWEST = 12; // steps a second, where there are few

class Steps {
  constructor(parent) {
    const root = parent.querySelector(".player");
    root.innerHTML = '<div class="controls steps"><button type="button" class="toggle"></button>'
      + '<input type="range" min="0" step="1"><span></span></div>';
    const style = document.createElement("style");
    style.textContent = `${css}
      .steps { flex-wrap: nowrap; }
      .steps button { flex: none; }
      .steps input[type=range] { min-width: 4rem; }
      .steps span { white-space: nowrap; font-variant-numeric: tabular-nums; }`;
    root.prepend(style);
    [this.toggle, this.slider, this.number] = root.querySelectorAll("button, input, span");
    this.toggle.onclick = () => (this.frame ? this.stop() : this.play());
    this.slider.oninput = () => { this.halt(); this.show(Number(this.slider.value)); };
    this.slider.onchange = () => this.stop();
  }

  // A run of the server: another way, or a step that was chosen elsewhere, ends what is playing.
  receive({ data, setTriggerValue }) {
    const goesOn = this.frame && data.run === this.data.run && data.step === this.data.step;
    this.data = data;
    this.tell = (step) => setTriggerValue("step", step);
    this.slider.max = data.last;
    this.slider.setAttribute("aria-label", data.words.step);
    if (goesOn) return;
    this.halt();
    this.show(data.step);
  }

  play() {
    const { last } = this.data;
    const from = this.step < last ? this.step : 0;
    const start = performance.now();
    const pace = Math.max(last / LONGEST, SLOWEST) / 1000;
    const next = (now) => {
      const step = Math.min(from + Math.floor(Math.max(now - start, 0) * pace), last);
      this.frame = requestAnimationFrame(next);
      if (step !== this.step) this.show(step);
      if (step === last) this.stop();
    };
    this.frame = requestAnimationFrame(next);
    this.show(from);
  }

  halt() {
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }

  stop() {
    this.halt();
    this.show(this.step);
    if (this.step !== this.data.step) this.tell(this.step);
  }

  show(step) {
    const { chart, last, words } = this.data;
    this.step = step;
    this.slider.value = step;
    this.slider.style.setProperty("--shown", `${(100 * step) / Math.max(last, 1)}%`);
    const said = words.shown.replace("{step}", step).replace("{last}", last);
    this.number.textContent = said;
    this.slider.setAttribute("aria-valuetext", said);
    this.toggle.textContent = this.frame ? words.pause : words.play;
    this.toggle.dataset.action = this.frame ? "pause" : "play";
    const bound = document.querySelector(`.st-key-steps-${chart} .vega-bindings input[name=step]`);
    if (!bound) return; // not drawn yet: it then begins at the step that its rows name
    bound.value = step;
    bound.dispatchEvent(new Event("input"));
  }
}

const all = new WeakMap(); // by the element that each is drawn in

export default function mount(given) {
  const { parentElement } = given;
  if (!all.has(parentElement)) all.set(parentElement, new Steps(parentElement));
  const steps = all.get(parentElement);
  steps.receive(given);
  return () => {
    steps.halt();
    all.delete(parentElement);
  };
}
