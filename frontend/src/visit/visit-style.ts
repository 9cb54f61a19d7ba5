import { css } from "lit";

/** What the steps of a visit share. */
export const visitStyle = css`
  h1 {
    margin: 0 0 1rem;
    font-size: 1.35rem;
    line-height: 1.4;
  }
  h1:focus {
    outline: none;
  }
  h2 {
    margin: 0 0 0.8rem;
    font-size: 1rem;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.8rem;
    margin-top: 1.2rem;
  }
  .row > * {
    flex: 1 1 9rem;
  }
  .problem {
    color: var(--lobby-alert);
  }
  .problem:empty {
    display: none;
  }
  .list {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  button,
  select,
  input:not([type="checkbox"]) {
    min-height: 3rem;
  }
`;
