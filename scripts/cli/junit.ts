/**
 * Results as JUnit XML, in the dialect that GitHub's and GitLab's readers share.
 * Source: https://github.com/testmoapp/junitxml; XML 1.0, Characters.
 */
export interface TestCase {
  /** Group of the case; dots make a tree of groups. */
  readonly className: string;
  readonly name: string;
  readonly file: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** One line; of passed cases it is not shown. */
  readonly message: string;
  readonly details: readonly string[];
}

/** What XML 1.0 does not allow, not even escaped: controls, halves of surrogate pairs, and two more. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\t': '&#9;', '\n': '&#10;', '\r': '&#13;' };

function escaped(text: string, what: RegExp): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(what, (character) => ESCAPES[character]!);
}
function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).map(([name, value]) => ` ${name}="${escaped(String(value), /[&<>"'\t\n\r]/g)}"`).join('');
}
function content(text: string): string {
  return escaped(text, /[&<>\r]/g);
}

function caseXml({ className, name, file, seconds, outcome, message, details }: TestCase): string {
  const open = `    <testcase${attributes({ classname: className, name, file, time: seconds.toFixed(3) })}`;
  if (outcome === 'passed') return `${open}/>`;
  const body = outcome === 'skipped' ? `<skipped${attributes({ message })}/>` : `<failure${attributes({ message, type: outcome })}>${content(details.join('\n'))}</failure>`;
  return `${open}>\n      ${body}\n    </testcase>`;
}

/** Well-formed for any text. */
export function junitXml(suite: string, cases: readonly TestCase[]): string {
  const count = (outcome: TestCase['outcome']): number => cases.filter((one) => one.outcome === outcome).length;
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const totals = attributes({ name: suite, tests: cases.length, failures: count('failed'), errors: 0, skipped: count('skipped'), time });
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${totals}>`, `  <testsuite${totals}>`, ...cases.map(caseXml), '  </testsuite>', '</testsuites>'];
  return `${lines.join('\n')}\n`;
}
