import { css } from "lit";

export const chatStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    overflow: hidden;
    background: var(--lobby-page);
    color: var(--lobby-ink);
    font: var(--lobby-text, 16px) / 1.55 var(--lobby-font);
  }
  .scroll {
    flex: 1;
    min-height: 0;
    padding: 1em;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .scroll:focus-visible {
    outline-offset: -3px;
  }
  .log {
    display: flex;
    flex-direction: column;
    gap: 0.9em;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .entry {
    display: flex;
    flex-direction: column;
    gap: 0.5em;
    align-items: flex-start;
    max-width: 100%;
  }
  .entry.customer {
    align-items: flex-end;
  }
  .entry.system {
    align-items: center;
  }
  .bubble {
    max-width: min(85%, 34em);
    padding: 0.6em 1em;
    border-radius: 1.1em;
    border-bottom-left-radius: 0.3em;
    background: var(--lobby-surface);
    box-shadow: 0 0 0 1px var(--lobby-line);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .customer .bubble {
    border-radius: 1.1em;
    border-bottom-right-radius: 0.3em;
    background: var(--lobby-accent);
    color: var(--lobby-on-accent);
    box-shadow: none;
  }
  .staff .bubble {
    box-shadow: 0 0 0 2px var(--lobby-accent);
  }
  .system .bubble,
  .line {
    padding: 0.3em 0.9em;
    border-radius: 1em;
    background: var(--lobby-sunken);
    color: var(--lobby-quiet);
    box-shadow: none;
    font-size: 0.9em;
    text-align: center;
  }
  .who {
    color: var(--lobby-accent);
    font-size: 0.85em;
    font-weight: 600;
  }
  .pill {
    display: inline-block;
    padding: 0 0.6em;
    border: 1px solid currentcolor;
    border-radius: 1em;
    font-size: 0.85em;
    white-space: nowrap;
  }
  .called {
    width: 100%;
    padding: 0.9em 1.1em;
    border-radius: var(--lobby-radius);
    background: var(--lobby-accent);
    color: var(--lobby-on-accent);
    font-size: 1.15em;
    font-weight: 600;
    text-align: center;
  }
  .status {
    display: flex;
    align-items: center;
    gap: 0.5em;
    color: var(--lobby-quiet);
    font-size: 0.85em;
  }
  .status.failed {
    color: var(--lobby-alert);
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
    max-width: 40em;
  }
  .choices button {
    min-height: var(--lobby-target, 2.75em);
    border-color: var(--lobby-accent);
    border-radius: 1.4em;
    color: var(--lobby-accent);
    font-weight: 500;
    text-align: start;
  }
  .suggestions > p {
    margin: 0.5em 0;
    color: var(--lobby-quiet);
    font-size: 0.9em;
  }
  .typing {
    display: flex;
    gap: 0.3em;
    margin-top: 0.9em;
    padding: 0.8em 1em;
    width: fit-content;
    border-radius: 1.1em;
    background: var(--lobby-surface);
    box-shadow: 0 0 0 1px var(--lobby-line);
  }
  .typing i {
    width: 0.45em;
    height: 0.45em;
    border-radius: 50%;
    background: var(--lobby-quiet);
    animation: breathe 1.2s infinite ease-in-out;
  }
  .typing i:nth-child(2) {
    animation-delay: 0.15s;
  }
  .typing i:nth-child(3) {
    animation-delay: 0.3s;
  }
  @keyframes breathe {
    0%,
    60%,
    100% {
      opacity: 0.35;
    }
    30% {
      opacity: 1;
    }
  }
  .banner {
    padding: 0.5em 1em;
    background: var(--lobby-warn-soft);
    color: var(--lobby-warn);
    font-size: 0.9em;
  }
  .banner:empty {
    display: none;
  }
  .banner.problem {
    background: var(--lobby-alert-soft);
    color: var(--lobby-alert);
  }
  .over {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 1em;
    padding: 2em 1em;
    text-align: center;
  }
`;
