import { css } from "lit";

/** What all cards look alike in. */
export const cardStyle = css`
  :host {
    display: block;
    width: 100%;
    max-width: 25em;
  }
  .card {
    padding: 1.1em 1.25em;
    border: 1px solid var(--lobby-line);
    border-radius: var(--lobby-radius);
    background: var(--lobby-surface);
    color: var(--lobby-ink);
  }
  h2 {
    margin: 0 0 0.5em;
    font-size: 1em;
    font-weight: 600;
  }
  p {
    margin: 0.4em 0 0;
  }
  .quiet {
    color: var(--lobby-quiet);
    font-size: 0.875em;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.3em 1em;
    margin: 0.6em 0 0;
  }
  dt {
    color: var(--lobby-quiet);
  }
  dd {
    margin: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .scan {
    display: flex;
    align-items: center;
    gap: 1em;
    margin-top: 0.9em;
    padding-top: 0.9em;
    border-top: 1px solid var(--lobby-line);
  }
  .scan img {
    flex: none;
    width: 6.5em;
    height: 6.5em;
    padding: 0.35em;
    border-radius: 0.5em;
    background: #fff;
  }
  .scan a {
    display: inline-block;
    padding: 0.35em 0;
  }
`;
