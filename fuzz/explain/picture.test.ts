import { describe, expect, it } from 'vitest';
import type { Picture } from './picture.ts';
import { pictureDot } from './picture-dot.ts';
import { pictureSvg } from './picture-svg.ts';
import { pictureText } from './picture-text.ts';

const PICTURE: Picture = {
  nodes: [
    { id: 'global 0', layer: -2, object: undefined },
    { id: 'local 1 of "<f>"', layer: -1, object: undefined },
    { id: '0x30', layer: -1, object: { address: 0x30, what: 'struct of type 1', count: 1, owners: 1, listed: true } },
    { id: '0x10', layer: 0, object: { address: 0x10, what: undefined, count: 0, owners: 1, listed: false } },
  ],
  edges: [
    { from: 'global 0', to: '0x30', label: '', owns: true },
    { from: 'local 1 of "<f>"', to: '0x10', label: '', owns: false },
    { from: '0x30', to: '0x10', label: 'field 2', owns: true },
    { from: '0x30', to: '0x30', label: 'field 3', owns: true },
  ],
  omitted: 7,
};

describe('a picture', () => {
  it('is drawn for a terminal', () => {
    expect(pictureText(PICTURE)).toEqual([
      '  global 0 --> 0x30',
      '  local 1 of "<f>" ..> 0x10',
      '  0x30  struct of type 1, count 1, 1 owner, listed',
      '      field 2 --> 0x10',
      '      field 3 --> 0x30',
      '! 0x10  no object, 1 owner',
      '  ... and 7 more as near',
    ]);
  });

  it('marks the object in question, wrong or not', () => {
    const object = { address: 0x10, what: 'struct of type 1', count: 1, owners: 1, listed: false };
    expect(pictureText({ nodes: [{ id: '0x10', layer: 0, object }], edges: [], omitted: 0 })).toEqual(['* 0x10  struct of type 1, count 1, 1 owner']);
  });

  it('is written for Graphviz, quoted', () => {
    const dot = pictureDot(PICTURE);
    expect(dot).toContain('"0x10" [label="0x10\\nno object, 1 owner", penwidth=2, color=red];');
    expect(dot).toContain('"local 1 of \\"<f>\\"" -> "0x10" [label="", style=dashed];');
  });

  it('is drawn as SVG, escaped, with a box for each node and a path for each reference', () => {
    const svg = pictureSvg(PICTURE);
    expect(svg).toContain('local 1 of &quot;&lt;f&gt;&quot;');
    expect(svg).not.toContain('<f>');
    expect(svg.match(/class="(place|object)/g)).toHaveLength(4);
    expect(svg.match(/<path /g)).toHaveLength(4);
    expect(svg).not.toContain('NaN');
    // Labels lie over boxes and lines.
    expect(svg.lastIndexOf('<path')).toBeLessThan(svg.indexOf('<text class="label"'));
    expect(svg.lastIndexOf('<rect')).toBeLessThan(svg.indexOf('<text class="label"'));
  });

  it('leads around the boxes between two in one column', () => {
    const [, local, object, suspect] = PICTURE.nodes;
    const edges = [{ from: local!.id, to: object!.id, label: '', owns: true }];
    const svg = pictureSvg({ nodes: [local!, object!, suspect!], edges, omitted: 0 });
    const [x1, bend1, bend2, x2] = [...svg.match(/<path class="owns" d="M([\d.]+) [\d.]+ C([-\d.]+) [\d.]+ ([-\d.]+) [\d.]+ ([\d.]+) /)!].slice(1).map(Number);
    expect(x1).toBe(x2);
    expect(bend1).toBe(bend2);
    expect(bend1).toBeLessThan(x1!);
  });
});
