// What a network gives everywhere on the plane, computed from a frame's parameters.
//
// A frame is one array of float32 (dlbasic/ui/player.py): the parameters, layer by layer, each unit's
// weights and then its bias; PReLU's slopes; the norms of the layers' gradients; which hidden units
// are dead; and of classes the confusion matrices on the training and on the test points.

const FEATURES = {
  x1: (x) => x,
  x2: (_, y) => y,
  x1_squared: (x) => x * x,
  x2_squared: (_, y) => y * y,
  x1x2: (x, y) => x * y,
  sin_x1: (x) => Math.sin(x),
  sin_x2: (_, y) => Math.sin(y),
};

// Where in a frame everything lies.  A layer is ``{from, inputs, units}``, its first weight at
// ``from``; the output's is the last.
export function places({ network, class_names: names }) {
  const sizes = [network.features.length, ...network.layers, network.outputs];
  let end = 0;
  const take = (count) => { end += count; return end - count; };
  const layers = sizes.slice(1).map((units, layer) => ({
    from: take(units * (sizes[layer] + 1)), inputs: sizes[layer], units,
  }));
  const alphas = network.functions.map((table) => (network.tables[table].prelu ? take(1) : null));
  const norms = take(layers.length);
  const dead = take(network.layers.reduce((sum, units) => sum + units, 0));
  const confusion = take(2 * names.length ** 2);
  return { layers, alphas, norms, dead, confusion, numbers: end };
}

// The functions of the plane that every neuron computes, one plane of size·size values after the
// other: all features that there are, the hidden units layer by layer, the outputs.
export class Planes {
  constructor(scene) {
    const { network, size, extent } = scene;
    Object.assign(this, { network, size, cells: size ** 2, places: places(scene) });
    const every = network.every_feature.map(([key]) => key);
    const counts = [every.length, ...network.layers, network.outputs];
    this.count = counts.reduce((sum, count) => sum + count, 0);
    this.values = new Float32Array(this.count * this.cells);
    const planes = Array.from({ length: this.count }, (_, place) =>
      this.values.subarray(place * this.cells, (place + 1) * this.cells));
    let first = 0;
    // Column 0 is the features, the last the outputs.
    this.columns = counts.map((count) => planes.slice(first, (first += count)));
    this.firsts = this.columns.map(([plane]) => planes.indexOf(plane));
    this.columns[0].forEach((plane, place) => fill(plane, size, extent, FEATURES[every[place]]));
    this.inputs = [
      network.features.map((key) => this.columns[0][every.indexOf(key)]),
      ...this.columns.slice(1, -1),
    ];
    this.tables = network.tables.map(({ values, ...table }) => ({
      ...table, values: Float32Array.from(values), steps: (values.length - 1) / (table.high - table.low),
    }));
  }

  // Fills all planes for a frame's numbers.
  run(numbers) {
    const { layers, alphas } = this.places;
    layers.forEach(({ from, inputs, units }, layer) => {
      const before = this.inputs[layer];
      for (let unit = 0; unit < units; unit += 1) {
        const plane = this.columns[layer + 1][unit];
        weightedSum(plane, before, numbers, from + unit * (inputs + 1));
        if (layer < this.network.layers.length) {
          const table = this.tables[this.network.functions[layer]];
          if (table.prelu) bend(plane, numbers[alphas[layer]]);
          else look(plane, table);
        }
      }
    });
    if (this.network.head === "sigmoid") squash(this.columns.at(-1)[0]);
    if (this.network.head === "softmax") share(this.columns.at(-1));
  }

  // A neuron's values as the bytes that a map has, 0 to 255 for -1 to 1; of a probability for 0 to 1.
  // The array clamps and rounds as NumPy does.
  bytes(column, unit, into) {
    const plane = this.columns[column][unit];
    const chance = column === this.columns.length - 1 && this.network.head !== "identity";
    const [scale, middle] = chance ? [255, 0] : [127.5, 127.5];
    for (let cell = 0; cell < plane.length; cell += 1) {
      const value = plane[cell];
      into[cell] = value === value ? scale * value + middle : 127.5; // NaN is on neither side
    }
  }

  // The output as the scene's bytes: of classes 50·class + confidence.
  outputs(into) {
    const planes = this.columns.at(-1);
    if (this.network.head !== "softmax") {
      this.bytes(this.columns.length - 1, 0, into);
      return;
    }
    const even = 1 / planes.length;
    for (let cell = 0; cell < this.cells; cell += 1) {
      let most = 0;
      for (let place = 1; place < planes.length; place += 1) {
        if (planes[place][cell] > planes[most][cell]) most = place;
      }
      into[cell] = 50 * most + Math.round((49 * (planes[most][cell] - even)) / (1 - even));
    }
  }
}

// A feature at the centre of every cell, row 0 on top.
function fill(plane, size, extent, feature) {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const x = (extent * (2 * column + 1 - size)) / size;
      const y = (extent * (size - 1 - 2 * row)) / size;
      plane[row * size + column] = feature(x, y);
    }
  }
}

// w·x + b in every cell; the weights lie from ``at`` on, the bias behind them.  Four at a time, as the
// sums would else be read and written once for each weight.
function weightedSum(plane, inputs, numbers, at) {
  const count = inputs.length;
  const bias = numbers[at + count];
  const odd = count % 4;
  plane.fill(bias);
  for (let input = 0; input < odd; input += 1) {
    const w = numbers[at + input];
    const a = inputs[input];
    for (let cell = 0; cell < plane.length; cell += 1) plane[cell] += w * a[cell];
  }
  for (let input = odd; input < count; input += 4) {
    const w = numbers[at + input];
    const v = numbers[at + input + 1];
    const u = numbers[at + input + 2];
    const t = numbers[at + input + 3];
    const a = inputs[input];
    const b = inputs[input + 1];
    const c = inputs[input + 2];
    const d = inputs[input + 3];
    for (let cell = 0; cell < plane.length; cell += 1) {
      plane[cell] += w * a[cell] + v * b[cell] + u * c[cell] + t * d[cell];
    }
  }
}

// A function from its table: straight lines between the values, and beyond them.
function look(plane, { values, low, high, left, right, steps }) {
  const last = values.length - 1;
  for (let cell = 0; cell < plane.length; cell += 1) {
    const x = plane[cell];
    if (x >= high) {
      plane[cell] = values[last] + right * (x - high);
    } else if (x > low) {
      const at = (x - low) * steps;
      const place = at | 0;
      plane[cell] = values[place] + (at - place) * (values[place + 1] - values[place]);
    } else {
      plane[cell] = values[0] + left * (x - low);
    }
  }
}

function bend(plane, alpha) {
  for (let cell = 0; cell < plane.length; cell += 1) {
    if (plane[cell] < 0) plane[cell] *= alpha;
  }
}

function squash(plane) {
  for (let cell = 0; cell < plane.length; cell += 1) plane[cell] = 1 / (1 + Math.exp(-plane[cell]));
}

function share(planes) {
  for (let cell = 0; cell < planes[0].length; cell += 1) {
    let largest = -Infinity;
    for (const plane of planes) largest = Math.max(largest, plane[cell]);
    let sum = 0;
    for (const plane of planes) sum += plane[cell] = Math.exp(plane[cell] - largest);
    for (const plane of planes) plane[cell] /= sum;
  }
}
