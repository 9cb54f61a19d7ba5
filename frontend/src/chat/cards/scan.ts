import { html, nothing } from "lit";

/** A QR code of one of our own pages; on a kiosk nobody can follow a link, so there it has none. */
export function scan(options: { base: string; path: string; hint: string; open: string; kiosk: boolean }) {
  const { base, path, hint, open, kiosk } = options;
  return html`
    <div class="scan">
      <img src="${base}/api/qr.svg?path=${encodeURIComponent(path)}" alt=${hint} />
      <div>
        <div class="quiet">${hint}</div>
        ${kiosk ? nothing : html`<a href="${base}${path}" target="_blank" rel="noopener">${open}</a>`}
      </div>
    </div>
  `;
}
