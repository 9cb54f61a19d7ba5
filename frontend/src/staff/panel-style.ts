import { css } from "lit";

/** Lists, details and tables of the console. */
export const panelStyle = css`
  :host {
    display: grid;
    min-height: 0;
  }
  .split {
    display: grid;
    grid-template-columns: minmax(17rem, 24rem) minmax(0, 1fr);
    gap: 1rem;
    min-height: 0;
  }
  .box {
    display: flex;
    flex-direction: column;
    min-height: 0;
    overflow: hidden;
    border: 1px solid var(--lobby-line);
    border-radius: var(--lobby-radius);
    background: var(--lobby-surface);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.6rem;
    padding: 0.7rem 1rem;
    border-bottom: 1px solid var(--lobby-line);
  }
  .bar h2 {
    flex: 1;
    margin: 0;
    font-size: 1rem;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
  }
  .scroll:focus-visible {
    outline-offset: -3px;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .item {
    display: block;
    width: 100%;
    padding: 0.7rem 1rem;
    border: 0;
    border-bottom: 1px solid var(--lobby-line);
    border-radius: 0;
    text-align: start;
  }
  .item:focus-visible {
    outline-offset: -3px;
  }
  .item[aria-current="true"] {
    background: var(--lobby-accent-soft);
    box-shadow: inset 4px 0 0 var(--lobby-accent);
  }
  .item .meta {
    display: flex;
    flex-wrap: wrap;
    gap: 0.2rem 0.6rem;
    color: var(--lobby-quiet);
    font-size: 0.85rem;
  }
  .item .text {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tag {
    padding: 0 0.55em;
    border-radius: 1em;
    background: var(--lobby-sunken);
    color: var(--lobby-ink);
    font-size: 0.85rem;
    white-space: nowrap;
  }
  .tag.good {
    background: var(--lobby-accent-soft);
    color: var(--lobby-accent-strong);
  }
  .tag.warn {
    background: var(--lobby-warn-soft);
    color: var(--lobby-warn);
  }
  .tag.alert {
    background: var(--lobby-alert-soft);
    color: var(--lobby-alert);
  }
  .empty {
    margin: 0;
    padding: 2.5rem 1.5rem;
    color: var(--lobby-quiet);
    text-align: center;
  }
  .problem {
    margin: 0;
    padding: 0.5rem 1rem;
    background: var(--lobby-alert-soft);
    color: var(--lobby-alert);
  }
  .problem:empty {
    display: none;
  }
  .pill {
    display: inline-block;
    padding: 0 0.6em;
    border: 1px solid currentcolor;
    border-radius: 1em;
    font-size: 0.85em;
    white-space: nowrap;
  }
  input,
  select,
  textarea {
    min-height: 2.75em;
    padding: 0.5em 0.8em;
    border: 1px solid var(--lobby-control);
    border-radius: 0.75em;
    background: var(--lobby-page);
  }
  input,
  select {
    width: 100%;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.6rem 0.8rem;
    border-bottom: 1px solid var(--lobby-line);
    text-align: start;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
  }
  thead th {
    position: sticky;
    top: 0;
    background: var(--lobby-surface);
    color: var(--lobby-quiet);
    font-size: 0.85rem;
    font-weight: 600;
  }
  .wide {
    overflow-x: auto;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.6rem 1.2rem;
    margin: 0;
    padding: 1rem;
  }
  dt {
    color: var(--lobby-quiet);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .back {
    display: none;
  }
  @media (max-width: 760px) {
    .split {
      grid-template-columns: minmax(0, 1fr);
    }
    .split.chosen > :first-child,
    .split:not(.chosen) > :last-child {
      display: none;
    }
    .back {
      display: inline-block;
    }
  }
`;
