// The live player as the page shows it: controls, pictures, numbers, and their words.

const version = new URL(import.meta.url).search; // all parts are of one version
const [
  css,
  { Playback },
  { number, percent, roundUp },
  { OutputMap },
  { LayerMap },
  { PairMap },
  { NetworkPicture },
  { CurveReader },
  { Tips, element, fill, term },
  { LossCurve },
] = await Promise.all([
  fetch(new URL(`player.css${version}`, import.meta.url)).then((reply) => reply.text()),
  import(`./player-playback.js${version}`),
  import(`./player-numbers.js${version}`),
  import(`./player-map.js${version}`),
  import(`./player-layers.js${version}`),
  import(`./player-pair.js${version}`),
  import(`./player-network.js${version}`),
  import(`./player-reader.js${version}`),
  import(`./player-terms.js${version}`),
  import(`./player-curve.js${version}`),
]);

const SPEEDS = ["1", "2", "4"];
const FASTEST = "max"; // of a network that is drawn
const FEWEST = 24; // frames on the slider at the start
const TELL = 1000; // ms between two descriptions of a picture that moves

// Streamlit says so on the page: the server that frames are asked of may be gone.
function connected() {
  const app = document.querySelector("[data-testid=stApp]");
  return (app?.dataset.testConnectionState ?? "CONNECTED") === "CONNECTED";
}

const NUMBERS = ["epoch", "loss1", "loss2", "accuracy1", "accuracy2"];

class Player {
  constructor(parent) {
    this.playback = new Playback(this);
    this.drawn = 0;
    this.build(parent);
    this.tips = new Tips(this.root);
    this.reader = new CurveReader(this.curve);
    this.root.querySelector(".curve").append(this.reader.output);
    this.resized = new ResizeObserver(() => this.resize());
    this.resized.observe(this.map.figure);
    this.resized.observe(this.curve.canvas);
  }

  build(parent) {
    this.map = new OutputMap();
    this.curve = new LossCurve();
    this.legend = element("div", { class: "legend" });
    this.toggle = element("button", { type: "button", class: "toggle" });
    this.step = element("button", { type: "button" });
    this.batch = element("button", { type: "button" });
    this.reset = element("button", { type: "button" });
    this.seed = element("button", { type: "button" });
    this.slider = element("input", { type: "range", min: 0, step: 1, value: 0 });
    this.pace = element("select");
    this.status = element("p", { class: "status", role: "status", "aria-live": "polite" });
    this.names = {};
    this.values = {};
    const pairs = NUMBERS.map((name) => {
      this.names[name] = element("dt");
      this.values[name] = element("dd");
      return element("div", { class: name }, this.names[name], this.values[name]);
    });
    this.numbers = element("dl", {}, ...pairs);
    this.picture = element("div", { class: "map" }, this.map.figure, this.legend);
    this.steer = element(
      "div", { class: "steer" },
      element(
        "div", { class: "controls" },
        this.toggle, this.step, this.batch, this.reset, this.seed, this.slider, this.pace,
      ),
      this.status,
    );
    this.root = element(
      "div", { class: "board" },
      this.picture, this.steer, element("div", { class: "curve" }, this.numbers, this.curve.canvas),
    );
    parent.querySelector(".player").replaceChildren(element("style", {}, css), this.root);

    const { playback } = this;
    this.toggle.onclick = () => (playback.active ? playback.settle() : playback.play());
    this.step.onclick = () => playback.forward();
    this.batch.onclick = () => playback.forwardBatch();
    this.reset.onclick = () => playback.moveTo(0);
    this.seed.onclick = () => this.newSeed();
    this.slider.oninput = () => playback.scrub(Number(this.slider.value));
    this.slider.onchange = () => playback.settle();
    this.pace.onchange = () => {
      this.hasten(this.pace.value);
      if (this.recording.scene.network) playback.change("speed", this.pace.value);
    };
    for (const touch of ["pointerdown", "keydown"]) {
      this.root.addEventListener(touch, ({ target }) => playback.touched(target === this.toggle));
    }
  }

  get recording() {
    return this.playback.recording;
  }

  // Presses that come faster than their answers count, too.
  newSeed() {
    const { next_seed: next, limits } = this.recording.scene.network;
    const asked = this.playback.changes.seed;
    const seed = asked === undefined ? next : (Number(asked) + 1) % (limits.seed + 1);
    this.playback.change("seed", String(seed));
  }

  hasten(speed) {
    this.pace.value = this.chosen = speed;
    this.playback.speed = speed === FASTEST ? Infinity : Number(speed);
  }

  // How the run is to be shown has changed.
  adjust(view, before) {
    if (view.speed !== before.speed) this.hasten(view.speed);
  }

  // A parameter is set in the drawing; a weight while it plays, where it is.
  change(name, value) {
    if (name === "edits") this.playback.settle();
    this.playback.change(name, value);
  }

  // Everything that is said in words and does not change from frame to frame.
  describe() {
    const { scene } = this.recording;
    const { network, words } = scene;
    this.offer(network ? [...SPEEDS, FASTEST] : SPEEDS, words);
    this.pace.hidden = network?.fixed.includes("speed") ?? false;
    this.step.textContent = words.step;
    this.batch.hidden = !network;
    this.batch.textContent = words.batch ?? "";
    this.reset.textContent = words.reset;
    this.seed.hidden = !network || network.fixed.includes("seed");
    this.seed.textContent = words.newSeed ?? "";
    this.slider.setAttribute("aria-label", words.scrub);
    this.pace.setAttribute("aria-label", words.speed);
    for (const name of NUMBERS) {
      const whose = element("span", {}, `${this.whose(name)} `); // said, and seen from its place
      const known = network ? term(words[name], words[`${name}Mean`]) : words[name];
      this.names[name].replaceChildren(...(this.pair ? [whose] : []), known);
    }
    this.arrange(network !== null);
    this.root.classList.toggle("accurate", this.accurate);
    this.root.classList.toggle("pair", this.pair);
  }

  // Above a network that is drawn, which the keyboard comes to after Play, stand the numbers, too.
  arrange(wired) {
    if (this.root.classList.contains("wired") === wired) return;
    this.root.classList.toggle("wired", wired);
    (wired ? this.status : this.curve.canvas).before(this.numbers);
    if (wired) this.root.prepend(this.steer);
    else this.picture.after(this.steer);
  }

  // The speeds that there are.
  offer(speeds, words) {
    const names = (speed) => (speed === FASTEST ? words.fastest : `${speed}×`);
    this.pace.replaceChildren(...speeds.map((speed) => element("option", { value: speed }, names(speed))));
    this.hasten(speeds.includes(this.chosen) ? this.chosen : SPEEDS[0]);
  }

  get pair() {
    return this.recording.scene.networks.length > 0;
  }

  // The name of the network that a number of a pair is of.
  whose(name) {
    return this.recording.scene.networks[name.at(-1) - 1]?.name ?? "";
  }

  // Whether Play can be seen.
  get inSight() {
    const { top, bottom } = this.toggle.getBoundingClientRect();
    return !document.hidden && top >= 0 && bottom <= innerHeight
      && this.toggle.checkVisibility({ visibilityProperty: true });
  }

  // The picture that goes with the scene, in the place of another.
  choose(Picture) {
    if (this.map instanceof Picture) return;
    this.resized.unobserve(this.map.figure);
    const picture = new Picture({
      change: (name, value) => this.change(name, value),
      where: () => this.where,
    });
    this.map.figure.replaceWith(picture.figure);
    this.map = picture;
    this.resized.observe(picture.figure);
  }

  // The epoch and the batch that are shown, or are to be.
  get where() {
    const { batch, goal, goalBatch, shown } = this.recording;
    return goal === undefined ? { epoch: shown.epoch, batch } : { epoch: goal, batch: goalBatch };
  }

  get accurate() {
    return ["binary", "classes"].includes(this.recording.scene.kind);
  }

  // What draws the scene.
  get drawing() {
    const { scene } = this.recording;
    if (scene.network) return NetworkPicture;
    return scene.kind === "layers" ? LayerMap : this.pair ? PairMap : OutputMap;
  }

  // Colours and sizes as they now are.
  restyle() {
    if (!this.recording) return;
    const { scene } = this.recording;
    const style = getComputedStyle(this.root);
    const theme = {
      text: style.getPropertyValue("--st-text-color").trim() || "#1c2430",
      page: style.getPropertyValue("--st-background-color").trim() || "#ffffff",
      line: style.getPropertyValue("--st-border-color").trim() || "#d5dae1",
      primary: style.getPropertyValue("--st-primary-color").trim() || "#1a5c9c",
      font: style.fontFamily,
    };
    this.choose(this.drawing);
    this.map.dress(scene, theme, this.recording.view);
    this.curve.dress(scene, theme);
    this.reader.dress(scene);
    this.legend.replaceChildren(...this.map.legend());
    this.draw();
  }

  resize() {
    this.map.resize();
    this.curve.resize();
    if (this.recording) this.draw();
  }

  // Shows the frame where it stands, and says so.
  stand() {
    this.setState("paused");
    this.draw();
  }

  setState(state) {
    const { recording } = this;
    const { words } = recording.scene;
    const said = {
      playing: words.playing,
      waiting: connected() ? words.waiting : words.lost,
      ended: recording.ended,
      paused: this.standing,
    }[state];
    const changed = this.root.dataset.state !== state;
    if (changed) this.root.dataset.state = state;
    this.say(said);
    // Waiting for a step, or for the epoch that a link names, is not playing.
    const playing = state === "playing" || (state === "waiting" && !this.playback.seeking);
    this.showTold();
    const name = playing ? "pause" : "play";
    if (this.toggle.dataset.action !== name || this.toggle.textContent !== words[name]) {
      this.toggle.dataset.action = name;
      this.toggle.textContent = words[name];
    }
    const ended = state === "ended";
    // A disabled button would drop the keyboard's focus to the top of the page.
    const { activeElement } = this.root.getRootNode();
    if (ended && [this.step, this.batch].includes(activeElement)) this.reset.focus();
    this.step.disabled = this.batch.disabled = ended;
    if (changed && state === "waiting") this.tell();
  }

  // What Python told of a frame is not of those that go by, nor of another.
  showTold() {
    const { recording } = this;
    const told = document.querySelector(`.st-key-${recording.key}-told`);
    told?.toggleAttribute("data-gone", this.playback.active || recording.place !== this.playback.captioned);
  }

  // Where it stands still, and what has stopped it.
  get standing() {
    const { batch, cursor, never, scene: { network, words }, stopped } = this.recording;
    const written = (this.recording.shown?.epoch ?? 0).toLocaleString("en");
    if (never) return never;
    if (batch) return fill(words.pausedBetween, { epoch: written, batch, batches: network.batches });
    if (stopped?.frame === cursor) {
      const limit = stopped.name === "stop_accuracy" ? percent(stopped.limit) : stopped.limit;
      return fill(words[stopped.name], { epoch: written, limit });
    }
    return cursor ? fill(words.paused, { epoch: written }) : words.untrained;
  }

  say(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  draw() {
    const { recording } = this;
    const { batch, shown: frame } = recording;
    if (!frame) {
      this.showKnown();
      return;
    }
    // Pictures first: where a word on the page has changed, words in a picture lay out the page anew.
    this.map.paint(recording.frames, recording.cursor, frame);
    this.curve.draw(recording.frames, recording.cursor, recording.ended && recording.last);
    this.map.write?.();
    this.reader.draw(recording.frames, recording.cursor);
    this.showKnown();
    const shown = {
      epoch: frame.epoch.toLocaleString("en") + (batch ? ` + ${batch}/${recording.scene.network.batches}` : ""),
      loss1: number(frame.loss1),
      loss2: number(frame.loss2),
      accuracy1: percent(frame.accuracy1),
      accuracy2: percent(frame.accuracy2),
      ...this.map.told?.(frame),
    };
    for (const name of NUMBERS) this.values[name].textContent = shown[name];
    this.shown = shown;
    this.drawn += 1;
    Object.assign(this.root.dataset, {
      frame: recording.cursor, epoch: frame.epoch, batch, drawn: this.drawn,
    });
    if (this.playback.active) {
      if (performance.now() - (this.told ?? 0) > TELL) this.tell();
      return;
    }
    this.showTold();
    this.tell();
  }

  // Says what is shown to those who do not see it.
  tell() {
    const { shown } = this;
    const { words } = this.recording.scene;
    if (!shown) return;
    this.told = performance.now();
    const names = NUMBERS.slice(1, this.accurate ? 5 : 3);
    const say = (some) =>
      some.map((name) => `${this.whose(name)} ${words[name]} ${shown[name]}`.trim()).join(", ");
    const slots = { ...shown, numbers: say(names) };
    this.map.tell?.();
    const { enlarged } = this.map;
    const alt = enlarged ? words.unitAlt
      : this.recording.scene.kind === "layers" ? words.layersAlt : words.mapAlt;
    this.map.canvases.forEach((canvas, place) => {
      const own = names.filter((name) => name.endsWith(place + 1));
      const of = this.pair ? { name: this.whose(own[0]), numbers: say(own) } : {};
      canvas.setAttribute("aria-label", fill(alt, { ...slots, ...of, unit: enlarged }));
    });
    this.curve.canvas.setAttribute("aria-label", fill(words.curveAlt, slots));
    this.slider.setAttribute("aria-valuetext", fill(words.scrubbed, slots));
  }

  // The slider ends at a round number beyond the frames known, lest it shrink at every chunk; the
  // frames known are marked on its track.
  showKnown() {
    const { recording, slider } = this;
    const known = Math.max(recording.last, 0);
    const end = recording.ended ? Math.max(known, 1) : roundUp(Math.max(known, FEWEST));
    slider.max = end;
    slider.value = recording.cursor;
    slider.style.setProperty("--shown", `${(100 * recording.cursor) / end}%`);
    slider.style.setProperty("--known", `${(100 * known) / end}%`);
    this.root.dataset.known = recording.frames.length;
  }

  close() {
    this.playback.close();
    this.resized.disconnect();
  }
}

const players = new WeakMap(); // by the element that each is drawn in

export default function mount(given) {
  const { parentElement } = given;
  if (!players.has(parentElement)) players.set(parentElement, new Player(parentElement));
  const player = players.get(parentElement);
  player.playback.receive(given);
  return () => {
    player.close();
    players.delete(parentElement);
  };
}
