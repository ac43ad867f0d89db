import { describe, expect, it } from 'vitest';
import { html } from './markup.ts';
import { renderHtml } from './page.ts';
import { HOSTILE_NAMES, hostileReport, testReport } from './testReports.ts';

/** The page's own script and style may hold what texts may not. */
const withoutCode = (page: string): string =>
  page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<script>[\s\S]*?<\/script>/, '');
const withoutTags = (page: string): string => withoutCode(page).replaceAll(/<[^<>]*>/g, '\n');
const tagsOf = (page: string): string[] => withoutCode(page).match(/<[^<>]*>/g) ?? [];
/** Every element with the names of its attributes. */
const kinds = (page: string) =>
  new Set(
    tagsOf(page).map((tag) =>
      tag
        .replaceAll(/="[^"]*"/g, '')
        .replace(/\s+/g, ' ')
        .toLowerCase(),
    ),
  );
const decoded = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('markup', () => {
  it('escapes what is put in, markup apart, and joins lists', () => {
    expect(html`<p title="${'"<&'}">${["it's", html`<b>${1}</b>`, undefined, false]}</p>`.text).toBe(
      '<p title="&quot;&lt;&amp;">it&#39;s<b>1</b></p>',
    );
  });

  it('shows what cannot be seen, or would turn the text around', () => {
    expect(html`${'a\u202Eb\u0000c\nd\uD83D'}`.text).toBe('a‹U+202E›b‹U+0000›c d\uFFFD');
  });
});

describe('the report as HTML', () => {
  const hostile = renderHtml(hostileReport());

  it('has no element, and no attribute, that a text brought along', () => {
    const known = new Set([3, 12, 30, 200].flatMap((amount) => [...kinds(renderHtml(testReport(amount)))]));
    expect(known.size).toBeGreaterThan(40);
    expect([...kinds(hostile)].filter((tag) => !known.has(tag))).toEqual([]);
    expect(hostile.match(/<script/g)).toHaveLength(1);
    expect(hostile.match(/<style/g)).toHaveLength(1);
  });

  it('shows every hostile name as it is', () => {
    const text = decoded(withoutTags(hostile));
    for (const name of HOSTILE_NAMES) expect(text, name).toContain(decoded(html`${name}`.text));
  });

  it('asks nobody for anything: its policy allows its own style and script, and no attribute names an address', () => {
    for (const page of [hostile, renderHtml(testReport(30))]) {
      const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'$/,
      );
      for (const tag of tagsOf(page)) {
        expect(tag).not.toMatch(/\s(src|srcset|style|on\w+|action|xlink:href|data|poster|background)=/i);
        const reference = /\shref="([^"]*)"/.exec(tag)?.[1];
        if (reference !== undefined) expect(reference).toMatch(/^#[\w-]*$/);
      }
      expect(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]).not.toMatch(/url\(|@import|@font-face/);
    }
  });

  it('leads every link to a place in the page, and gives no two places the same name', () => {
    for (const page of [hostile, renderHtml(testReport(200))]) {
      const ids = tagsOf(page).flatMap((tag) => /\sid="([^"]*)"/.exec(tag)?.[1] ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      for (const tag of tagsOf(page)) {
        const target = /\shref="#([^"]+)"/.exec(tag)?.[1];
        if (target !== undefined) expect(ids).toContain(target);
      }
    }
  });

  it('is the same page for the same report', () => {
    expect(renderHtml(testReport(30))).toBe(renderHtml(testReport(30)));
  });

  it('tells every finding with its place, code by code and worst first', () => {
    const report = testReport(12);
    const page = renderHtml(report);
    expect(page.match(/<li data-place/g)).toHaveLength(report.findings.length);
    const severities = Array.from(
      page.matchAll(/<section class="severity" data-severity="([\w-]+)"/g),
      ([, one]) => one,
    );
    expect(severities).toEqual(['needs-decision', 'degraded', 'info']);
    for (const { code, message } of report.findings) {
      expect(page).toContain(`<code>${code}</code>`);
      expect(page).toContain(html`${message}`.text);
    }
  });

  it('says what is said of one place beside that place, and what a code always says once', () => {
    const report = testReport(12);
    const say = 'The node names a backend that does not exist (or cannot be read).';
    const finding = { code: 'BACKEND_UNKNOWN_VS', severity: 'needs-decision' as const, instead: 'drop it' };
    const page = renderHtml({
      ...report,
      findings: [
        { ...finding, place: 'service/cart', message: `${say} It names a.local.` },
        { ...finding, place: 'service/web', message: `${say} It names b.local.` },
      ],
    });
    expect(page.split(say)).toHaveLength(2);
    expect(page).toContain('<code>service/cart</code> <span>It names a.local.</span>');
  });

  it('says in words what there is none of', () => {
    const report = testReport(3);
    const empty = renderHtml({
      ...report,
      services: [],
      calls: [],
      waves: [],
      cycles: [],
      proposals: [],
      findings: [],
      capacity: [],
      cost: [],
      gaps: [],
      mesh: { name: '', answer: { state: 'absent', why: 'no mesh of that name' } },
      takenAt: '',
    });
    for (const words of [
      'The cluster has none.',
      'Everything translates exactly.',
      'No service is known to be meshed.',
      'Nothing was reckoned.',
      'the sources do not tell when',
      'Confirm what App Mesh no longer tells.',
    ])
      expect(empty).toContain(words);
    expect(withoutCode(empty)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
