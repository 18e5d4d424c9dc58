/** The heap around an object in the language of Graphviz. */
import type { Picture } from './picture.ts';
import { describeNode, isWrong } from './picture-text.ts';

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

export function pictureDot({ nodes, edges, omitted }: Picture): string {
  return [
    'digraph heap {',
    '  rankdir=LR; node [shape=box, fontname="monospace"]; edge [fontname="monospace"];',
    ...(omitted === 0 ? [] : [`  label=${quoted(`and ${omitted} more as near`)};`]),
    ...nodes.map((node) => {
      const text = node.object === undefined ? node.id : `${node.id}\n${describeNode(node)}`;
      const shape = node.object === undefined ? ', style=rounded' : node.layer === 0 ? ', penwidth=2' : '';
      return `  ${quoted(node.id)} [label=${quoted(text)}${shape}${isWrong(node) ? ', color=red' : ''}];`;
    }),
    ...edges.map(({ from, to, label, owns }) => `  ${quoted(from)} -> ${quoted(to)} [label=${quoted(label)}${owns ? '' : ', style=dashed'}];`),
    '}',
    '',
  ].join('\n');
}
