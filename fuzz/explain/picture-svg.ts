/** The heap around an object as a drawing: a column for each layer, what leads to the object on its left. */
import type { Picture, PictureEdge, PictureNode } from './picture.ts';
import { describeNode, isWrong } from './picture-text.ts';

/** Pixels. A character of the font is about `GLYPH` wide. */
const GLYPH = 7.3;
const PADDING = 10;
const BOX_HEIGHT = 44;
const ROW = 76;
const GAP = 170;
const MARGIN = 30;
const FOOT = 24;
const ARC = 34;

interface Box {
  readonly node: PictureNode;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Columns from left to right by layer, their boxes centred. */
function layOut(nodes: readonly PictureNode[]): { boxes: readonly Box[]; width: number; height: number } {
  const layers = [...new Set(nodes.map(({ layer }) => layer))].sort((a, b) => a - b);
  const columns = layers.map((layer) => nodes.filter((node) => node.layer === layer));
  const height = 2 * MARGIN + ROW * Math.max(1, ...columns.map(({ length }) => length));
  let x = MARGIN;
  const boxes = columns.flatMap((column) => {
    const texts = column.map((node) => [node.id, describeNode(node)].filter((line) => line !== ''));
    const width = 2 * PADDING + Math.ceil(GLYPH * Math.max(...texts.flat().map(({ length }) => length)));
    const top = (height - ROW * column.length) / 2 + (ROW - BOX_HEIGHT) / 2;
    const placed = column.map((node, i): Box => ({ node, lines: texts[i]!, x, y: top + i * ROW, width }));
    x += width + GAP;
    return placed;
  });
  return { boxes, width: x - GAP + MARGIN, height };
}

function boxSvg({ node, lines, x, y, width }: Box): string {
  const classes = [node.object === undefined ? 'place' : 'object', ...(node.layer === 0 ? ['suspect'] : []), ...(isWrong(node) ? ['wrong'] : [])];
  const first = y + (lines.length === 1 ? 27 : 19);
  const texts = lines.map((line, i) => `<text x="${x + PADDING}" y="${first + 17 * i}">${escaped(line)}</text>`);
  return `<rect class="${classes.join(' ')}" x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="${node.object === undefined ? 20 : 2}"/>${texts.join('')}`;
}

/** Where an edge begins and ends, the two points that bend it, and where its label stands. */
interface Curve {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly label: readonly [x: number, y: number];
}

/** From right to left side where the target is further right, around the left where it is in the same column, else in an arc over the boxes. */
function curveOf(from: Box, to: Box): Curve {
  const [y1, y2] = [from.y + BOX_HEIGHT / 2, to.y + BOX_HEIGHT / 2];
  if (to.x > from.x) {
    const [x1, x2] = [from.x + from.width, to.x];
    return { points: [[x1, y1], [x1 + GAP / 2, y1], [x2 - GAP / 2, y2], [x2, y2]], label: [(x1 + x2) / 2, (y1 + y2) / 2 - 6] };
  }
  if (to.x === from.x && to !== from) {
    // A curve gets three quarters of the way to where it is bent to.
    const bend = from.x - 1.2 * MARGIN;
    return { points: [[from.x, y1], [bend, y1], [bend, y2], [to.x, y2]], label: [from.x - MARGIN, (y1 + y2) / 2 + 4] };
  }
  const [x1, x2] = [from.x + from.width / 2 + 12, to.x + to.width / 2 - 12];
  return { points: [[x1, from.y], [x1, from.y - ARC], [x2, to.y - ARC], [x2, to.y]], label: [(x1 + x2) / 2, (from.y + to.y) / 2 - ARC + 6] };
}

function edgeSvg({ owns }: PictureEdge, { points }: Curve): string {
  const [start, ...rest] = points.map((point) => point.join(' '));
  return `<path class="${owns ? 'owns' : 'borrows'}" d="M${start} C${rest.join(' ')}" marker-end="url(#head)"/>`;
}
function labelSvg({ label }: PictureEdge, { label: [x, y] }: Curve): string {
  return label === '' ? '' : `<text class="label" x="${x}" y="${y}">${escaped(label)}</text>`;
}

const STYLE = [
  'text{font:12px monospace;fill:#222}',
  // On a line, so on a little white of its own.
  '.label{fill:#555;text-anchor:middle;stroke:#fff;stroke-width:4px;paint-order:stroke}',
  'rect{fill:#f6f6f6;stroke:#666}',
  '.place{fill:#eef4fb}',
  '.suspect{stroke-width:2.5}',
  '.wrong{stroke:#c00;fill:#fff0f0}',
  'path{fill:none;stroke:#444}',
  '.borrows{stroke-dasharray:4 3}',
].join('');

export function pictureSvg({ nodes, edges, omitted }: Picture): string {
  const { boxes, width, height } = layOut(nodes);
  const boxOf = new Map(boxes.map((box) => [box.node.id, box]));
  const curves = edges.map((edge) => ({ edge, curve: curveOf(boxOf.get(edge.from)!, boxOf.get(edge.to)!) }));
  const foot = omitted === 0 ? '' : `<text x="${MARGIN}" y="${height + FOOT - 8}">and ${omitted} more as near</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + FOOT}">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><polygon points="0,0 8,4 0,8" fill="#444"/></marker></defs>',
    '<rect x="0" y="0" width="100%" height="100%" style="fill:#fff;stroke:none"/>',
    ...curves.map(({ edge, curve }) => edgeSvg(edge, curve)),
    ...boxes.map(boxSvg),
    ...curves.map(({ edge, curve }) => labelSvg(edge, curve)).filter((label) => label !== ''),
    foot,
    '</svg>',
    '',
  ].join('\n');
}
