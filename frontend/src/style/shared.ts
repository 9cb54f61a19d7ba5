import { css } from "lit";

/** Boxes, buttons, fields and focus, the same in every component. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  :focus-visible {
    outline: 3px solid var(--lobby-focus);
    outline-offset: 2px;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  button {
    min-height: var(--lobby-target, 2.75em);
    padding: 0.5em 1.1em;
    border: 1px solid var(--lobby-control);
    border-radius: 0.75em;
    background: var(--lobby-surface);
    cursor: pointer;
    transition: background-color 120ms;
  }
  button:hover:not(:disabled) {
    background: var(--lobby-accent-soft);
  }
  button.primary {
    border-color: var(--lobby-accent);
    background: var(--lobby-accent);
    color: var(--lobby-on-accent);
    font-weight: 600;
  }
  button.primary:hover:not(:disabled) {
    background: var(--lobby-accent-strong);
  }
  button.danger {
    border-color: var(--lobby-alert);
    color: var(--lobby-alert);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  a {
    color: var(--lobby-accent);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
