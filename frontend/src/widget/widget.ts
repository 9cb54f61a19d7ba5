/**
 * The chat for any page by one tag:
 * `<script src="https://<lobby>/widget.js" data-locale="zh-Hans" async></script>`
 * The server is where the script came from; `data-locale` is optional.
 */
import { fromBrowser, isLocale } from "../i18n/texts";
import "./widget-app";

// Lit keeps notes on the window, to warn of duplicates. If they are only ours, they go: a guest leaves nothing behind.
const LIT_VERSIONS = ["litHtmlVersions", "litElementVersions", "reactiveElementVersions"];
const host = window as unknown as Record<string, unknown>;
if (LIT_VERSIONS.every((name) => (host[name] as unknown[] | undefined)?.length === 1)) {
  for (const name of [...LIT_VERSIONS, "litPropertyMetadata"]) delete host[name];
}

const script = document.currentScript;

function mount(): void {
  if (!(script instanceof HTMLScriptElement) || document.querySelector("lobby-widget")) return;
  const widget = document.createElement("lobby-widget");
  const asked = script.dataset["locale"];
  widget.locale = isLocale(asked) ? asked : fromBrowser([document.documentElement.lang, ...navigator.languages]);
  widget.base = new URL(script.src).origin;
  widget.handover = takeHandover();
  document.body.append(widget);
}

/** The single-use code that brings a conversation over from a kiosk; taken out of the address so that it is not shared. */
function takeHandover(): string {
  const address = new URL(location.href);
  const code = address.searchParams.get("handover") ?? "";
  if (code) {
    address.searchParams.delete("handover");
    history.replaceState(history.state, "", address);
  }
  return code;
}

if (document.body) mount();
else document.addEventListener("DOMContentLoaded", mount);
