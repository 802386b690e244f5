// Files in messages: shown where the emulator has them, and a tile otherwise.

import { element, icon } from "./dom.js";
import { API } from "./emulator.js";

const ICONS = new Set(["image", "video", "audio", "document", "sticker"]);

export function mediaPart(media) {
  const { kind, id, filename } = media;
  if (!id) return tile(media);
  const src = `${API}/media/${encodeURIComponent(id)}`;
  const name = filename || kind;
  const node = element("div", { class: "file", "data-testid": "media", "data-kind": kind });
  if (kind === "document") {
    const link = element("a", { href: src, download: name, title: `Save ${name}` });
    link.append(...tile(media).childNodes);
    link.className = "media";
    node.append(link);
    return node;
  }
  const shown = viewer(kind, src, name);
  // A file of another format than it says is still a file.
  shown.addEventListener("error", () => node.replaceWith(tile(media)));
  node.append(shown);
  return node;
}

function viewer(kind, src, name) {
  if (kind === "video") return element("video", { src, controls: "", preload: "metadata", "aria-label": name });
  if (kind === "audio") return element("audio", { src, controls: "", preload: "metadata", "aria-label": name });
  return element("img", { src, alt: name });
}

/** A tile instead of a stranger's file: loading it would tell their server that somebody looks. */
function tile({ kind, link, id, filename, mime }) {
  const node = element("div", { class: "media", "data-testid": "media", "data-kind": kind });
  node.append(
    icon(ICONS.has(kind) ? kind : "document"),
    element("span", { class: "media-name", title: link ?? id ?? "" }, filename || fileName(link) || kind),
    element("span", { class: "media-detail" }, mime || kind));
  return node;
}

/** The last step of a link's path, where the file's name usually is. */
function fileName(link) {
  return link?.split(/[?#]/)[0].split("/").at(-1);
}

/** Things of a catalog: their ids are all that is known of them. */
export function productsPart(products) {
  const ids = products.map(({ id }) => id);
  const name = ids.length === 1 ? ids[0] : `${ids.length} items`;
  return element("div", { class: "media", "data-testid": "products" },
    icon("catalog"),
    element("span", { class: "media-name" }, name),
    element("span", { class: "media-detail" }, ids.length === 1 ? "catalog" : ids.join(", ")));
}
