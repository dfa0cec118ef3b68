// Numbers as the rest of the pages write them: see dlbasic/text.py.

const RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";

export function powerOfTen(power) {
  return `10${String(power).replace(/[-\d]/g, (sign) => RAISED["-0123456789".indexOf(sign)])}`;
}

// Three significant digits, zeros too, so that a running number keeps its width; a power of ten
// rather than rounded to nothing.  What JSON could not say was infinite.
export function number(value) {
  if (value === null || value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  if (Number.isNaN(value)) return "NaN";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  const [mantissa, exponent] = Math.abs(value).toExponential(2).split("e");
  const power = Number(exponent);
  if (power < -3 || power >= 5) return `${sign}${Number(mantissa)}·${powerOfTen(power)}`;
  const decimals = Math.max(2 - power, 0);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return sign + Math.abs(value).toLocaleString("en", digits);
}

// A share that is not whole is written neither as nothing nor as everything.
export function percent(share) {
  if (share === null) return "–";
  const tenths = Math.round(share * 1000);
  const inside = share > 0 && share < 1 ? Math.min(Math.max(tenths, 1), 999) : tenths;
  const whole = inside % 10 === 0 && Number.isInteger(Number((share * 100).toPrecision(6)));
  return `${(inside / 10).toFixed(whole ? 0 : 1)}%`;  // 77.0 % is not 77 %
}

const STEPS = [1, 2, 5, 10];

// The least of 1, 2, 5, 10, 20, … that is at least this.
export function roundUp(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  // 5.000000000000001 is 5 that has been divided.
  return STEPS.find((step) => step * unit >= value * (1 - 1e-9)) * unit;
}

// The multiples of a step from low to high.
export function ticks(low, high, step) {
  const found = [];
  for (let count = Math.ceil(low / step - 1e-9); count * step <= high + step * 1e-9; count += 1) {
    found.push(Number((count * step).toPrecision(12)));
  }
  return found;
}
