import { css } from "lit";

/** Tables of figures: names at the start, figures at the end, a quiet head. */
export const tableStyle = css`
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.4em 0;
    border-bottom: 1px solid var(--lobby-line);
    text-align: start;
    font-weight: 400;
  }
  thead th {
    color: var(--lobby-quiet);
    font-size: 0.875em;
    vertical-align: bottom;
  }
  td,
  thead th:not(:first-child) {
    padding-inline-start: 0.6em;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  td {
    font-weight: 600;
  }
  tbody th {
    word-break: keep-all;
  }
  th small {
    color: var(--lobby-quiet);
  }
  dl {
    margin: 0 0 0.8em;
  }
  dd {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .result {
    color: var(--lobby-accent);
    font-size: 1.5em;
    line-height: 1.2;
  }
`;
