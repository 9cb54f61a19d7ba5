import { css } from "lit";

/** The look of the two pages behind a QR code. */
export const followStyle = css`
  :host {
    display: block;
    max-width: 32rem;
    margin: 0 auto;
    padding: 1rem 1rem 3rem;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1em;
    margin-bottom: 1rem;
  }
  .branch {
    color: var(--lobby-quiet);
    font-weight: 600;
  }
  h1 {
    margin: 0;
    font-size: 1rem;
    font-weight: 600;
  }
  .panel {
    padding: 1.5rem;
    border: 1px solid var(--lobby-line);
    border-radius: 20px;
    background: var(--lobby-surface);
    box-shadow: var(--lobby-shadow);
  }
  .panel + .panel {
    margin-top: 1rem;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.6em 1.2em;
    margin: 1.2em 0 0;
  }
  dt {
    color: var(--lobby-quiet);
  }
  dd {
    margin: 0;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .quiet {
    color: var(--lobby-quiet);
    font-size: 0.9em;
  }
  .banner {
    margin-bottom: 1rem;
    padding: 0.6em 1em;
    border-radius: 0.8em;
    background: var(--lobby-warn-soft);
    color: var(--lobby-warn);
  }
  .banner:empty {
    display: none;
  }
  .missing {
    padding: 3rem 1.5rem;
    text-align: center;
  }
  .missing h1 {
    font-size: 1.25rem;
  }
`;
