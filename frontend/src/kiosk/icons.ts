import { html, svg } from "lit";

const SHAPES = {
  ticket: svg`<path d="M6 10h36v10a4 4 0 0 0 0 8v10H6V28a4 4 0 0 0 0-8z"/><path d="M30 12v24" stroke-dasharray="3 4"/><path d="M13 20h9M13 28h9"/>`,
  code: svg`<path d="M7 16V9a2 2 0 0 1 2-2h7M32 7h7a2 2 0 0 1 2 2v7M41 32v7a2 2 0 0 1-2 2h-7M16 41H9a2 2 0 0 1-2-2v-7"/><path d="M16 16h6v6h-6zM28 16h4v4M16 28v4h4M27 27h5v5"/>`,
  ask: svg`<path d="M6 9h36v25H22l-9 7v-7H6z"/><path d="M19 18a5 5 0 1 1 7 4.6c-1.600.8-2 1.700-2 3.400M24 30v.2"/>`,
  place: svg`<path d="M24 43S9 29 9 18a15 15 0 0 1 30 0c0 11-15 25-15 25z"/><circle cx="24" cy="18" r="5.500"/>`,
  complain: svg`<path d="M8 6h24l8 8v28H8z"/><path d="M32 6v8h8M16 22h16M16 30h16M16 14h8"/>`,
  person: svg`<circle cx="24" cy="15" r="8"/><path d="M8 42c0-10 7-15 16-15s16 5 16 15z"/>`,
  language: svg`<circle cx="24" cy="24" r="18"/><path d="M6 24h36M24 6c-12 10-12 26 0 36M24 6c12 10 12 26 0 36"/>`,
};

export type Icon = keyof typeof SHAPES;

export function icon(name: Icon) {
  return html`
    <svg
      viewBox="0 0 48 48"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="3"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      ${SHAPES[name]}
    </svg>
  `;
}
