// The live player: a cursor over the frames of a training run.  What Python sends and is sent is
// described in dlbasic/ui/player.py.

const version = new URL(import.meta.url).search; // all parts are of one version
const [css, { number, percent, roundUp }, { OutputMap }, { LayerMap }, { LossCurve }] =
  await Promise.all([
  fetch(new URL(`player.css${version}`, import.meta.url)).then((reply) => reply.text()),
  import(`./player-numbers.js${version}`),
  import(`./player-map.js${version}`),
  import(`./player-layers.js${version}`),
  import(`./player-curve.js${version}`),
]);

const RATE = 24; // frames a second at speed 1
const SPARED = 30; // ms between two drawings at least; faster than that only costs
const SPEEDS = [1, 2, 4];
const LONGEST_TICK = 250; // ms; after a pause of the browser's own the clock does not jump ahead
const PATIENCE = 300; // ms of waiting before the page says so
const LOST = 5000; // ms after which a request that nobody answered is made again
const TELL = 1000; // ms between two descriptions of a picture that moves
const SETTLE = 100; // ms in which several presses of Step become one report

// What is known of each player's run.  It outlives the page's elements, so that coming back to the
// page, or another language, finds the frames and the cursor where they were.
const recordings = new Map();

class Recording {
  constructor(run) {
    Object.assign(this, { run, frames: [], ended: null, cursor: 0, scene: null, sceneId: null });
  }

  get last() {
    return this.frames.length - 1;
  }

  // Takes the frames that are new; a repeated or overlapping message adds only those.
  add(said, maps) {
    if (said.scene) Object.assign(this, { scene: said.scene, sceneId: said.scene_id });
    const cells = this.scene.kind === "layers" ? this.scene.size : this.scene.size ** 2;
    said.epoch.forEach((epoch, place) => {
      if (said.start + place !== this.frames.length) return;
      const previous = this.frames[this.last];
      const losses = [said.trainLoss[place], said.testLoss[place]];
      this.frames.push({
        epoch,
        trainLoss: losses[0],
        testLoss: losses[1],
        trainAccuracy: said.trainAccuracy[place],
        testAccuracy: said.testAccuracy[place],
        outputs: maps.slice(place * cells, (place + 1) * cells),
        // The curve's axes show what has been seen, so each frame carries the range up to it.
        highest: Math.max(previous?.highest ?? 0, ...losses),
        lowest: Math.min(previous?.lowest ?? Infinity, ...losses.filter((loss) => loss > 0)),
      });
    });
    if (said.ended) this.ended = said.ended;
  }
}

// A message is compressed: a line of JSON, then the maps one after another.
async function unpack(data) {
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(plain).arrayBuffer());
  const end = bytes.indexOf(10);
  return [JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))), bytes.subarray(end + 1)];
}

const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (_, name) => slots[name]);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const NUMBERS = ["epoch", "trainLoss", "testLoss", "trainAccuracy", "testAccuracy"];

class Player {
  constructor(parent) {
    this.drawn = 0;
    this.speed = 1;
    this.build(parent);
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
    this.reset = element("button", { type: "button" });
    this.slider = element("input", { type: "range", min: 0, step: 1, value: 0 });
    this.pace = element(
      "select", {}, ...SPEEDS.map((speed) => element("option", { value: speed }, `${speed}×`)),
    );
    this.status = element("p", { class: "status", role: "status", "aria-live": "polite" });
    this.names = {};
    this.values = {};
    const pairs = NUMBERS.map((name) => {
      this.names[name] = element("dt");
      this.values[name] = element("dd");
      return element("div", { class: name }, this.names[name], this.values[name]);
    });
    this.root = element(
      "div", { class: "board" },
      element("div", { class: "map" }, this.map.figure, this.legend),
      element(
        "div", { class: "controls" },
        this.toggle, this.step, this.reset, this.slider, this.pace, this.status,
      ),
      element("div", { class: "curve" }, element("dl", {}, ...pairs), this.curve.canvas),
    );
    parent.querySelector(".player").replaceChildren(element("style", {}, css), this.root);

    this.toggle.onclick = () => (this.active ? this.settle() : this.play());
    this.step.onclick = () => this.forward();
    this.reset.onclick = () => this.moveTo(0);
    this.slider.oninput = () => this.scrub(Number(this.slider.value));
    this.slider.onchange = () => this.settle();
    this.pace.onchange = () => { this.speed = Number(this.pace.value); };
  }

  // Playing, or wanting to.
  get active() {
    return this.ticking !== undefined;
  }

  receive({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { setStateValue, setTriggerValue });
    if (data === this.data) {
      this.restyle(); // called again for another theme
      return;
    }
    this.data = data;
    // One after another: a later message may be shorter and ready before an earlier one.
    this.reading = Promise.resolve(this.reading)
      .then(() => unpack(data))
      .then(([said, maps]) => this.closed || this.take(said, maps))
      .catch((error) => { // one broken message must not silence those that follow
        this.asked = undefined;
        console.error(error);
      });
  }

  take(said, maps) {
    let recording = recordings.get(said.key);
    if (recording?.run !== said.run) {
      if (!said.scene) return; // an answer for a run that is no more
      this.rest();
      recording = new Recording(said.run);
      recordings.set(said.key, recording);
    }
    // Whatever the message answers: a report that follows on a request can push it aside.
    this.asked = undefined;
    const before = this.recording;
    const scene = recording.sceneId;
    const lacked = recording.last < recording.cursor;
    recording.add(said, maps);
    this.recording = recording;
    // A run may be made known before its first frames are.
    if (before !== recording || scene !== recording.sceneId || lacked) {
      if (before !== recording) this.reported = said.shown;
      this.describe();
      this.restyle();
      if (!this.active) this.settle();
    }
    if (this.stepping && recording.cursor < recording.last) {
      this.moveTo(recording.cursor + 1);
    } else if (this.stepping && recording.ended) {
      this.settle();
    } else {
      this.showKnown();
      // A new server has made fewer frames than are shown; its caption is of the last of them.
      const behind = !said.ended && said.start + said.epoch.length <= recording.cursor;
      if (this.stepping || recording.last < 0 || behind) this.ask();
    }
  }

  // Everything that is said in words and does not change from frame to frame.
  describe() {
    const { scene } = this.recording;
    const { words } = scene;
    this.step.textContent = words.step;
    this.reset.textContent = words.reset;
    this.slider.setAttribute("aria-label", words.scrub);
    this.pace.setAttribute("aria-label", words.speed);
    for (const name of NUMBERS) this.names[name].textContent = words[name];
    this.root.classList.toggle("accurate", this.accurate);
  }

  // The picture that goes with the scene, in the place of another.
  choose(Picture) {
    if (this.map instanceof Picture) return;
    this.resized.unobserve(this.map.figure);
    const picture = new Picture();
    this.map.figure.replaceWith(picture.figure);
    this.map = picture;
    this.resized.observe(picture.figure);
  }

  get accurate() {
    return ["binary", "classes"].includes(this.recording.scene.kind);
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
      font: style.fontFamily,
    };
    this.choose(scene.kind === "layers" ? LayerMap : OutputMap);
    this.map.dress(scene, theme);
    this.curve.dress(scene, theme);
    this.legend.replaceChildren(...this.map.legend());
    this.draw();
  }

  resize() {
    this.map.resize();
    this.curve.resize();
    if (this.recording) this.draw();
  }

  play() {
    this.rest();
    clearTimeout(this.reporting);
    this.setState("playing");
    this.due = 1; // the next frame at once
    this.before = undefined;
    this.waiting = undefined;
    this.ticking = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    const { recording } = this;
    this.due += (Math.min(now - (this.before ?? now), LONGEST_TICK) / 1000) * RATE * this.speed;
    this.before = now;
    const ahead = Math.min(Math.floor(this.due), recording.last - recording.cursor);
    if (ahead > 0 && now - (this.moved ?? 0) >= SPARED) {
      this.moved = now;
      this.due -= ahead;
      recording.cursor += ahead;
      this.draw();
    }
    if (recording.cursor >= recording.last) {
      if (recording.ended) {
        this.settle();
        return;
      }
      this.due = Math.min(this.due, 1); // frames that come late are not caught up with
      this.waiting ??= now;
      if (now - this.waiting > PATIENCE) this.setState("waiting");
    } else {
      this.waiting = undefined;
      this.setState("playing");
    }
    // A second of playing ahead, so that an answer may take that long.
    if (!recording.ended && recording.last - recording.cursor < RATE * this.speed) this.ask();
    this.ticking = requestAnimationFrame((next) => this.tick(next));
  }

  // Asks for the first frame that is lacking, unless that has been asked already.
  ask() {
    const { recording } = this;
    const now = performance.now();
    if (document.hidden || now - this.asked < LOST) return;
    this.asked = now;
    this.setTriggerValue("wanted", {
      run: recording.run, frame: recording.frames.length, scene: recording.sceneId,
    });
  }

  forward() {
    const { recording } = this;
    if (recording.cursor < recording.last) {
      this.moveTo(recording.cursor + 1);
      return;
    }
    if (recording.ended) return;
    this.rest();
    this.stepping = setTimeout(() => this.setState("waiting"), PATIENCE);
    this.ask();
  }

  scrub(frame) {
    this.rest();
    this.recording.cursor = Math.min(frame, this.recording.last);
    this.status.textContent = "";
    this.draw();
  }

  moveTo(frame) {
    this.recording.cursor = frame;
    this.settle();
  }

  // No longer moves by itself.
  rest() {
    cancelAnimationFrame(this.ticking);
    clearTimeout(this.stepping);
    this.ticking = undefined;
    this.stepping = undefined;
  }

  // Stands at a frame: shows it, says so, and lets Python know.
  settle() {
    const { recording } = this;
    this.rest();
    this.setState(recording.ended && recording.cursor >= recording.last ? "ended" : "paused");
    this.draw();
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => {
      if (recording.cursor === this.reported || recording.last < 0) return;
      this.reported = recording.cursor;
      this.setStateValue("shown", { run: recording.run, frame: recording.cursor });
    }, SETTLE);
  }

  setState(state) {
    const { recording } = this;
    const { words } = recording.scene;
    const epoch = recording.frames[recording.cursor]?.epoch ?? 0;
    const said = {
      playing: words.playing,
      waiting: words.waiting,
      ended: recording.ended,
      paused: recording.cursor ? fill(words.paused, { epoch }) : words.untrained,
    }[state];
    const changed = this.root.dataset.state !== state;
    if (changed) this.root.dataset.state = state;
    if (this.status.textContent !== said) this.status.textContent = said;
    const name = state === "playing" || (state === "waiting" && !this.stepping) ? "pause" : "play";
    if (this.toggle.dataset.action !== name || this.toggle.textContent !== words[name]) {
      this.toggle.dataset.action = name;
      this.toggle.textContent = words[name];
    }
    const ended = state === "ended";
    // A disabled button would drop the keyboard's focus to the top of the page.
    if (ended && [this.toggle, this.step].includes(this.root.getRootNode().activeElement)) {
      this.reset.focus();
    }
    this.toggle.disabled = ended;
    this.step.disabled = ended;
    if (changed && state === "waiting") this.tell();
  }

  draw() {
    const { recording } = this;
    const frame = recording.frames[recording.cursor];
    this.showKnown();
    if (!frame) return;
    this.map.paint(recording.frames, recording.cursor);
    this.curve.draw(recording.frames, recording.cursor);
    const shown = {
      epoch: frame.epoch.toLocaleString("en"),
      trainLoss: number(frame.trainLoss),
      testLoss: number(frame.testLoss),
      trainAccuracy: percent(frame.trainAccuracy),
      testAccuracy: percent(frame.testAccuracy),
      ...this.map.told?.(frame),
    };
    for (const name of NUMBERS) this.values[name].textContent = shown[name];
    this.shown = shown;
    this.drawn += 1;
    Object.assign(this.root.dataset, {
      frame: recording.cursor, epoch: frame.epoch, drawn: this.drawn,
    });
    if (!this.active || performance.now() - (this.told ?? 0) > TELL) this.tell();
  }

  // Says what is shown to those who do not see it.
  tell() {
    const { shown } = this;
    const { words } = this.recording.scene;
    if (!shown) return;
    this.told = performance.now();
    const numbers = NUMBERS.slice(1, this.accurate ? 5 : 3)
      .map((name) => `${words[name]} ${shown[name]}`).join(", ");
    const slots = { ...shown, numbers };
    const alt = this.recording.scene.kind === "layers" ? words.layersAlt : words.mapAlt;
    this.map.canvas.setAttribute("aria-label", fill(alt, slots));
    this.curve.canvas.setAttribute("aria-label", fill(words.curveAlt, slots));
    this.slider.setAttribute("aria-valuetext", fill(words.scrubbed, slots));
  }

  // The slider ends at a round number beyond the frames known, lest it shrink at every chunk; the
  // frames known are marked on its track.
  showKnown() {
    const { recording, slider } = this;
    const known = Math.max(recording.last, 0);
    const end = recording.ended ? Math.max(known, 1) : roundUp(Math.max(known, RATE));
    slider.max = end;
    slider.value = recording.cursor;
    slider.style.setProperty("--shown", `${(100 * recording.cursor) / end}%`);
    slider.style.setProperty("--known", `${(100 * known) / end}%`);
    this.root.dataset.known = recording.frames.length;
  }

  close() {
    this.closed = true;
    if (this.recording) this.rest();
    clearTimeout(this.reporting);
    this.resized.disconnect();
  }
}

const players = new WeakMap(); // by the element that each is drawn in

export default function mount(given) {
  const { parentElement } = given;
  if (!players.has(parentElement)) players.set(parentElement, new Player(parentElement));
  const player = players.get(parentElement);
  player.receive(given);
  return () => {
    player.close();
    players.delete(parentElement);
  };
}
