import { css } from "lit";

export const kioskStyle = css`
  :host {
    display: grid;
    grid-template-rows: auto 1fr auto;
    height: 100vh;
    height: 100dvh;
    overflow: hidden;
    font-size: var(--lobby-text);
  }
  header,
  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.6em;
    padding: 0.6em 1em;
  }
  header {
    justify-content: space-between;
  }
  header.talking {
    border-bottom: 1px solid var(--lobby-line);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 0.6em;
    margin: 0;
    font-size: 1.1em;
    font-weight: 700;
  }
  .brand svg {
    width: 2.6em;
    height: 2.6em;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }
  footer {
    justify-content: space-between;
    border-top: 1px solid var(--lobby-line);
    background: var(--lobby-surface);
  }
  footer .primary {
    margin-inline-start: auto;
    padding-inline: 1.6em;
  }
  button[aria-pressed="true"] {
    border-color: var(--lobby-accent);
    background: var(--lobby-accent-soft);
    color: var(--lobby-accent-strong);
    font-weight: 600;
  }
  .welcome {
    display: grid;
    align-content: safe center;
    justify-items: center;
    gap: 1.4em;
    min-height: 0;
    padding: 0 1em 1em;
    overflow-y: auto;
  }
  .greet {
    display: grid;
    justify-items: center;
    text-align: center;
  }
  .greet svg {
    width: clamp(6em, 32vmin, 13em);
    height: auto;
    overflow: visible;
  }
  h1 {
    margin: 0.2em 0 0;
    font-size: 2.3em;
    line-height: 1.25;
    text-wrap: balance;
  }
  .greet p {
    margin: 0.3em 0 0;
    color: var(--lobby-quiet);
    font-size: 1.1em;
  }
  .tiles {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0.8em;
    width: min(100%, 34em);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .tile {
    display: flex;
    align-items: center;
    gap: 0.9em;
    width: 100%;
    height: 100%;
    min-height: 5.4em;
    padding: 0.8em 1.1em;
    border: 1px solid var(--lobby-line);
    border-radius: var(--lobby-radius);
    background: var(--lobby-surface);
    box-shadow: var(--lobby-shadow);
    text-align: start;
  }
  button.tile.first {
    border-color: var(--lobby-accent);
    background: var(--lobby-accent);
    color: var(--lobby-on-accent);
  }
  button.tile.first:hover {
    background: var(--lobby-accent-strong);
  }
  .tile svg {
    flex: none;
    width: 2.4em;
    height: 2.4em;
    color: var(--lobby-accent);
  }
  .tile.first svg {
    color: inherit;
  }
  .tile strong {
    display: block;
    font-size: 1.15em;
  }
  .tile small {
    display: block;
    margin-top: 0.1em;
    color: var(--lobby-quiet);
    font-size: 0.8em;
    line-height: 1.35;
  }
  .tile.first small {
    color: inherit;
  }
  .language {
    grid-column: 1 / -1;
    justify-content: center;
  }
  .check-in {
    display: grid;
    align-content: start;
    justify-items: center;
    gap: 1.2em;
    min-height: 0;
    padding: 1.2em 1em;
    overflow-y: auto;
  }
  lobby-check-in {
    width: min(100%, 34em);
  }
  main.talking {
    display: grid;
    min-height: 0;
  }
  lobby-chat {
    min-height: 0;
  }
  .note {
    color: var(--lobby-quiet);
    font-size: 0.75em;
  }
  .toast {
    padding: 0.6em 1.4em;
    border-radius: 2em;
    background: var(--lobby-accent-soft);
    color: var(--lobby-accent-strong);
    font-weight: 600;
    text-align: center;
  }
  .toast:empty {
    display: none;
  }
  dialog {
    width: min(90vw, 24em);
    padding: 1.6em;
    border: 1px solid var(--lobby-line);
    border-radius: 1.4em;
    background: var(--lobby-surface);
    color: var(--lobby-ink);
    text-align: center;
    font-size: 1.1em;
  }
  dialog::backdrop {
    background: rgb(10 20 18 / 60%);
  }
  dialog h2 {
    margin: 0 0 0.3em;
  }
  dialog p {
    margin: 0.4em 0 1em;
  }
  dialog .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.6em;
  }
  dialog img {
    display: block;
    width: 12em;
    max-width: 100%;
    height: auto;
    margin: 0 auto 1em;
    border-radius: 0.6em;
    background: #fff;
  }
  .count {
    color: var(--lobby-accent);
    font-size: 3.2em;
    font-weight: 700;
    line-height: 1.1;
    font-variant-numeric: tabular-nums;
  }
  .light {
    animation: glow 3s infinite ease-in-out;
  }
  .eyes {
    transform-origin: 50% 44%;
    animation: blink 5s infinite;
  }
  .greet .body {
    animation: sway 6s infinite ease-in-out;
  }
  .greet .arm {
    transform-origin: 176px 152px;
    animation: wave 6s infinite ease-in-out;
  }
  @keyframes glow {
    50% {
      opacity: 0.4;
    }
  }
  @keyframes blink {
    0%,
    95%,
    100% {
      transform: scaleY(1);
    }
    97.5% {
      transform: scaleY(0.1);
    }
  }
  @keyframes sway {
    50% {
      transform: translateY(-5px);
    }
  }
  @keyframes wave {
    0%,
    60%,
    100% {
      transform: rotate(0);
    }
    68%,
    84% {
      transform: rotate(-150deg);
    }
    76%,
    92% {
      transform: rotate(-125deg);
    }
  }
  @media (orientation: portrait) {
    .welcome {
      gap: 2em;
    }
    .tiles {
      gap: 1em;
    }
    .tile {
      min-height: 6.5em;
    }
  }
  @media (max-width: 600px) {
    .welcome {
      gap: 1em;
    }
    .tiles {
      gap: 0.6em;
    }
    .tile {
      min-height: 5em;
      padding: 0.6em 0.8em;
      gap: 0.6em;
    }
    .tile svg {
      width: 1.8em;
    }
    .tile strong {
      font-size: 1em;
    }
    header {
      flex-wrap: nowrap;
    }
    .brand {
      flex: 1;
      min-width: 0;
      line-height: 1.2;
    }
    header.talking .brand span {
      display: none;
    }
    footer {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      justify-content: stretch;
    }
    footer .tools {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    footer .primary {
      width: 100%;
    }
    .tile small {
      display: none;
    }
    h1 {
      font-size: 1.6em;
    }
    .greet svg {
      width: 5.5em;
    }
    .tools {
      gap: 0.3em;
    }
    .tools button {
      padding-inline: 0.3em;
      line-height: 1.25;
    }
  }
  @media (orientation: landscape) and (max-height: 900px) {
    .welcome {
      grid-template-columns: auto minmax(0, 34em);
      align-items: center;
      justify-content: center;
      gap: 2.5em;
    }
    .toast {
      grid-column: 1 / -1;
    }
    .greet {
      max-width: 18em;
    }
  }
`;
