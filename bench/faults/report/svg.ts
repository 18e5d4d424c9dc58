/** Marks of drawings. Text and axes take the colour of the text around the drawing, so that it fits a dark page too. */

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A colour of its own for each side; they are told apart by those who do not see red and green, too. */
export const OURS = '#2563eb';
export const THEIRS = '#d97706';

export type Point = readonly [x: number, y: number];

function number(value: number): string {
  return String(Math.round(100 * value) / 100);
}

/** @param content drawn already */
export function drawing(width: number, height: number, title: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="currentColor">`,
    `<title>${escaped(title)}</title>`,
    ...content,
    '</svg>',
  ].join('\n');
}

export function label([x, y]: Point, text: string, { anchor = 'start', opacity = 1, bold = false, fill = 'currentColor' } = {}): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" fill="${fill}" opacity="${opacity}"${bold ? ' font-weight="600"' : ''}>${escaped(text)}</text>`;
}
export function line([x1, y1]: Point, [x2, y2]: Point, { stroke = 'currentColor', width = 1, opacity = 1, dash = '' } = {}): string {
  return `<line x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}" stroke="${stroke}" stroke-width="${width}" opacity="${opacity}"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>`;
}
export function polyline(points: readonly Point[], stroke: string): string {
  return `<polyline points="${points.map((point) => point.map(number).join(',')).join(' ')}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linejoin="round"/>`;
}
export function area(points: readonly Point[], fill: string): string {
  return `<polygon points="${points.map((point) => point.map(number).join(',')).join(' ')}" fill="${fill}" opacity="0.15"/>`;
}
/** @param hollow for what was not seen to the end @param hint shown when it is pointed at */
export function dot([cx, cy]: Point, colour: string, hollow: boolean, hint: string): string {
  const paint = hollow ? `fill="none" stroke="${colour}" stroke-width="1.5"` : `fill="${colour}" fill-opacity="0.55"`;
  return `<circle cx="${number(cx)}" cy="${number(cy)}" r="4" ${paint}><title>${escaped(hint)}</title></circle>`;
}
