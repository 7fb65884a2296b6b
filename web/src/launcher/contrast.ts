/**
 * Is white text readable on a colour? (WCAG 2.2, 1.4.3: at least 4.5 to 1.)
 *
 * In: a CSS hex or rgb() colour. Out: the colour in hex, or null. Called by options.ts.
 */

const MINIMUM = 4.5;

function parse(colour: string): [number, number, number] | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour.trim());
  if (short) return [1, 2, 3].map(i => parseInt(`${short[i]}${short[i]}`, 16)) as [number, number, number];
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim());
  if (long) return [1, 2, 3].map(i => parseInt(long[i] as string, 16)) as [number, number, number];
  const rgb = /^rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)$/i.exec(colour.trim());
  return rgb ? ([1, 2, 3].map(i => Math.min(255, Number(rgb[i]))) as [number, number, number]) : null;
}

/** Relative luminance, 0 (black) to 1 (white). */
function luminance(rgb: readonly number[]): number {
  const [r, g, b] = rgb.map(v => {
    const s = v / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colour as #rrggbb if white text on it can be read, else null (and a warning for the integrator). */
export function readableAccent(colour: string): string | null {
  const rgb = parse(colour);
  const contrast = rgb ? 1.05 / (luminance(rgb) + 0.05) : 0;
  if (!rgb || contrast < MINIMUM) {
    console.warn(
      `Rootline: data-accent="${colour}" is not used. ` +
        (rgb
          ? `White text on it has a contrast of ${contrast.toFixed(1)}; at least ${MINIMUM} is needed.`
          : 'Write it as #rrggbb or rgb(r, g, b).'),
    );
    return null;
  }
  return `#${rgb.map(v => v.toString(16).padStart(2, '0')).join('')}`;
}
