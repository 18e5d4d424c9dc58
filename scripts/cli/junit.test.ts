import { describe, expect, it } from 'vitest';
import { annotation } from './annotation.ts';
import type { TestCase } from './junit.ts';
import { junitXml } from './junit.ts';

const PASSED: TestCase = { className: 'replay.seeds', name: 'a', file: 'corpus/a/entry.json', seconds: 0.25, outcome: 'passed', message: 'passes', details: [] };

/** What XML forbids, and everything that has to be escaped. */
const NASTY = `\u0000\u001b[31m<a b="c" d='e'>&amp;]]>\r\n\t\ud800\uffff\u{1f600}`;

describe('junitXml', () => {
  it('writes totals and a case for each result', () => {
    const failed: TestCase = { ...PASSED, name: 'b', outcome: 'failed', message: 'fails', details: ['one', 'two'] };
    const skipped: TestCase = { ...PASSED, name: 'c', outcome: 'skipped', message: 'is still open' };
    expect(junitXml('replay', [PASSED, failed, skipped])).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="replay" tests="3" failures="1" errors="0" skipped="1" time="0.750">',
        '  <testsuite name="replay" tests="3" failures="1" errors="0" skipped="1" time="0.750">',
        '    <testcase classname="replay.seeds" name="a" file="corpus/a/entry.json" time="0.250"/>',
        '    <testcase classname="replay.seeds" name="b" file="corpus/a/entry.json" time="0.250">',
        '      <failure message="fails" type="failed">one\ntwo</failure>',
        '    </testcase>',
        '    <testcase classname="replay.seeds" name="c" file="corpus/a/entry.json" time="0.250">',
        '      <skipped message="is still open"/>',
        '    </testcase>',
        '  </testsuite>',
        '</testsuites>',
        '',
      ].join('\n'),
    );
  });

  it('is well-formed whatever the texts are', () => {
    const xml = junitXml(NASTY, [{ ...PASSED, name: NASTY, file: NASTY, outcome: 'failed', message: NASTY, details: [NASTY, NASTY] }]);
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ud800-\udfff\uffff]/u);
    expect(xml.replaceAll(/<\/?[a-z]+( [a-z]+="[^"<&]*(&(amp|lt|gt|quot|apos|#\d+);[^"<&]*)*")*\/?>|&(amp|lt|gt|#13);|<\?.*\?>/g, '')).not.toMatch(/[<&]|\]\]>/);
    expect(xml).toContain('message="\ufffd\ufffd[31m&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;amp;]]&gt;&#13;&#10;&#9;\ufffd\ufffd\u{1f600}"');
  });
});

describe('annotation', () => {
  it('is one line with escaped properties', () => {
    expect(annotation('error', 'a,b:c%', 'd,e:f', 'one, two: 100 %\nthree')).toBe('::error file=a%2Cb%3Ac%25,title=d%2Ce%3Af::one, two: 100 %25%0Athree');
  });
});
