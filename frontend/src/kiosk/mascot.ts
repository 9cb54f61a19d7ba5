import { html, nothing, svg } from "lit";

/** 小厅, the kiosk's small robot: our own drawing. Without a label it is decoration. */
export function mascot(label?: string) {
  return html`
    <svg
      viewBox="0 0 240 240"
      role=${label ? "img" : nothing}
      aria-label=${label ?? nothing}
      aria-hidden=${label ? nothing : "true"}
    >
      ${svg`
        <ellipse cx="120" cy="226" rx="62" ry="8" fill="var(--lobby-ink)" opacity=".1" />
        <g class="body">
          <path d="M84 168q36 16 72 0l10 38q-46 22-92 0z" fill="var(--lobby-accent)" />
          <circle cx="120" cy="192" r="9" fill="var(--lobby-on-accent)" opacity=".9" />
          <rect class="arm" x="168" y="150" width="17" height="46" rx="8.5" fill="var(--lobby-accent)" />
          <rect x="55" y="164" width="17" height="42" rx="8.5" fill="var(--lobby-accent)" />
          <path d="M120 52V34" stroke="var(--lobby-accent)" stroke-width="6" stroke-linecap="round" />
          <circle class="light" cx="120" cy="26" r="10" fill="#e9a13b" />
          <rect x="28" y="96" width="16" height="40" rx="8" fill="var(--lobby-accent)" />
          <rect x="196" y="96" width="16" height="40" rx="8" fill="var(--lobby-accent)" />
          <rect x="38" y="50" width="164" height="124" rx="54" fill="var(--lobby-surface)"
            stroke="var(--lobby-accent)" stroke-width="6" />
          <rect x="58" y="72" width="124" height="80" rx="38" fill="var(--lobby-accent-soft)" />
          <g class="eyes" fill="var(--lobby-ink)">
            <ellipse cx="95" cy="106" rx="8" ry="11" />
            <ellipse cx="145" cy="106" rx="8" ry="11" />
          </g>
          <path d="M104 128q16 15 32 0" fill="none" stroke="var(--lobby-ink)" stroke-width="5" stroke-linecap="round" />
          <circle cx="78" cy="126" r="8" fill="#e9a13b" opacity=".45" />
          <circle cx="162" cy="126" r="8" fill="#e9a13b" opacity=".45" />
        </g>
      `}
    </svg>
  `;
}
