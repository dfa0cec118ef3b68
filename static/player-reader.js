// The exact losses of an epoch that the reader points at on the curve, or goes to by keyboard.

const version = new URL(import.meta.url).search;
const [{ element, fill }, { number }] = await Promise.all([
  import(`./player-terms.js${version}`),
  import(`./player-numbers.js${version}`),
]);

export class CurveReader {
  constructor(curve) {
    this.curve = curve;
    this.output = element("p", { class: "read", "aria-live": "polite", hidden: "" });
    this.frame = null; // the number of the frame that is read
    const { canvas } = curve;
    canvas.addEventListener("pointermove", ({ clientX }) => this.read(this.curve.nearest(this.last, clientX)));
    canvas.addEventListener("pointerdown", ({ clientX }) => this.read(this.curve.nearest(this.last, clientX)));
    canvas.addEventListener("pointerleave", () => this.read(null));
    canvas.addEventListener("focus", () => canvas.matches(":focus-visible") && this.read(this.last));
    canvas.addEventListener("blur", () => this.read(null));
    canvas.addEventListener("keydown", (event) => this.walk(event));
  }

  get last() {
    return this.cursor ?? 0;
  }

  dress(scene) {
    this.scene = scene;
    if (scene.network) this.curve.canvas.tabIndex = 0;
    else this.curve.canvas.removeAttribute("tabindex");
  }

  draw(frames, cursor) {
    const fresh = frames !== this.frames;
    Object.assign(this, { frames, cursor });
    if (this.frame !== null && (fresh || this.frame > cursor)) this.read(Math.min(this.frame, cursor));
  }

  read(frame) {
    if (!this.scene?.network || !this.frames) return;
    this.frame = frame;
    this.curve.mark = frame;
    this.output.hidden = frame === null;
    this.curve.redraw();
    if (frame === null) return;
    const { epoch, loss1, loss2 } = this.frames[frame];
    this.output.textContent = fill(this.scene.words.curveRead, {
      epoch: epoch.toLocaleString("en"), loss1: number(loss1), loss2: number(loss2),
    });
  }

  walk(event) {
    const at = this.frame ?? this.last;
    const next = {
      ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: this.last,
    }[event.key];
    if (next === undefined || !this.scene?.network) return;
    event.preventDefault();
    this.read(Math.max(0, Math.min(next, this.last)));
  }
}
