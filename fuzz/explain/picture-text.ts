/** The heap around an object for a terminal: what leads to it above, what it leads to below. */
import type { Picture, PictureEdge, PictureNode } from './picture.ts';

/** `array of type 0, count 1, 2 owners`. */
export function describeNode({ object }: PictureNode): string {
  if (object === undefined) return '';
  const { what, count, owners, listed } = object;
  const held = `${owners} owner${owners === 1 ? '' : 's'}`;
  if (what === undefined) return `no object, ${held}`;
  return `${what}, count ${count}, ${held}${listed ? ', listed' : ''}`;
}

/** Whether the audit would complain of it. */
export function isWrong({ object }: PictureNode): boolean {
  return object !== undefined && (object.what === undefined ? object.owners > 0 : object.owners !== object.count);
}

function edgeText({ label, to, owns }: PictureEdge): string {
  return `${label === '' ? '' : `${label} `}${owns ? '-->' : '..>'} ${to}`;
}

/** One node a line, wrong ones marked with `!` and else the object in question with `*`, and below it what it holds. `..>` is a reference that owns no count. */
export function pictureText({ nodes, edges, omitted }: Picture): readonly string[] {
  const lines = nodes.flatMap((node) => {
    const held = edges.filter(({ from }) => from === node.id).map(edgeText);
    const mark = isWrong(node) ? '!' : node.layer === 0 ? '*' : ' ';
    if (node.object === undefined) return held.map((edge) => `${mark} ${node.id} ${edge}`);
    return [`${mark} ${node.id}  ${describeNode(node)}`, ...held.map((edge) => `      ${edge}`)];
  });
  return omitted === 0 ? lines : [...lines, `  ... and ${omitted} more as near`];
}
