// WhatsApp's formatting as nodes: quotes and lists by the line, marks and links within one.

import { element } from "./dom.js";

/** WhatsApp's formatting as nodes: quotes and lists by the line, marks and links within one. */
export function formatted(text) {
  const result = document.createDocumentFragment();
  let block = null;
  text.split("\n").forEach((line, index) => {
    const kind = LINE_BLOCKS.find(({ prefix }) => prefix.test(line));
    if (kind === undefined) {
      // Blocks break the line by themselves.
      if (index > 0 && block === null) result.append("\n");
      block = null;
      result.append(inline(line));
      return;
    }
    if (block?.kind !== kind) {
      block = { kind, node: element(kind.tag) };
      result.append(block.node);
    }
    block.node.append(element(kind.lineTag, {}, inline(line.replace(kind.prefix, ""))));
  });
  return result;
}

const LINE_BLOCKS = [
  { prefix: /^> ?/, tag: "blockquote", lineTag: "p" },
  { prefix: /^[-*] (?=\S)/, tag: "ul", lineTag: "li" },
];

/**
 * A mark opens after a word border and before a letter, and closes the other way round:
 * `2*3*4` and `snake_case_name` stay as they are. Doubled marks (`**`, `__`) are no marks.
 */
const markPattern = (name, mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?![\\s${mark}])(?<${name}>.*?[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`;

const INLINE = new RegExp([
  "```(?<block>.+?)```",
  markPattern("code", "`"),
  "(?<![\\p{L}\\p{N}])(?<link>https?:\\/\\/[^\\s<>\"]*[^\\s<>\".,!?;:)*_~'`\\]])",
  markPattern("bold", "\\*"),
  markPattern("italics", "_"),
  markPattern("strike", "~"),
].join("|"), "giu");

const NESTING_TAGS = { bold: "strong", italics: "em", strike: "s" };

function inline(text) {
  const result = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    result.append(text.slice(end, match.index), inlineNode(match.groups));
    end = match.index + match[0].length;
  }
  result.append(text.slice(end));
  return result;
}

function inlineNode({ block, code, link, ...marks }) {
  if (block !== undefined) return element("code", { class: "monospace" }, block);
  if (code !== undefined) return element("code", {}, code);
  if (link !== undefined) return element("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link);
  const [name, inner] = Object.entries(marks).find(([, value]) => value !== undefined);
  return element(NESTING_TAGS[name], {}, inline(inner));
}
