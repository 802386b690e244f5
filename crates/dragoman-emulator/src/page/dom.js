// Nodes. Content comes from strangers, so it only ever becomes text nodes.

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function icon(name) {
  const svgTag = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const svg = svgTag("svg");
  const use = svgTag("use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Makes `nodes` the children of `parent` and leaves alone, focus included, what is in place. */
export function lay(parent, nodes) {
  const focused = document.activeElement;
  const keep = new Set(nodes);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  nodes.forEach((node, index) => {
    const present = parent.children[index];
    if (present !== node) parent.insertBefore(node, present ?? null);
  });
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}
