import { svg, type SVGTemplateResult } from "lit";

/** Outlines on a grid of 24, drawn with a line of 1.6. */
const OUTLINES: Record<string, string> = {
  umbrella: "M12 3v2M3 13a9 8 0 0 1 18 0q-3-2.5-6 0-3-2.5-6 0-3-2.5-6 0M12 12v6a2.5 2.5 0 0 0 5 0",
  wheelchair: "M10 6v8h5l3 5h2M10 9h5M8 11a5 5 0 1 0 6 6.5M10 2.5a1 1 0 1 0 .01 0",
  glasses: "M2 13a4 4 0 1 0 8 0 4 4 0 1 0-8 0M14 13a4 4 0 1 0 8 0 4 4 0 1 0-8 0M10 12.5q2-1.5 4 0M2 12l3-6M22 12l-3-6",
  magnifier: "M4 10a6 6 0 1 0 12 0 6 6 0 1 0-12 0M14.5 14.5 21 21",
  battery: "M3 8h15v9H3zM18 11h3v3h-3M11 9l-3 4h4l-2 3.5",
  pen: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  blanket: "M5 4h14v13H5zM5 8h14M5 12h14M6.5 17v3M9.5 17v3M12 17v3M14.5 17v3M17.5 17v3",
  box: "M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9",
};

/** The picture of a thing that is lent; a box for a name that is not drawn. For the eye only. */
export function thingIcon(name: string): SVGTemplateResult {
  return svg`
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d=${OUTLINES[name] ?? OUTLINES["box"]} />
    </svg>
  `;
}
