import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { EstateReport } from '../../../src/assess/report.ts';
import { reportOn } from '../../../src/assess/report/reportOn.ts';
import { hostileReport, testReport } from '../../../src/cli/screens/html/testReports.ts';
import { estateOf } from '../../fixtures/estates.ts';
import { witness } from '../witnesses.ts';
import { CLIPPED, FAINT, OVERFLOW } from './inPage.ts';
import { type OpenedPage, type Opening, ReportBrowser } from './reportPage.ts';

const REPORTS = {
  'three services': () => testReport(3),
  'two hundred services': () => testReport(200),
  'nothing but hostile names': hostileReport,
  '01-simple-three-tier': () => reportOn(estateOf('01-simple-three-tier')),
  '02-retries-tls-canary': () => reportOn(estateOf('02-retries-tls-canary')),
  '03-gateway-grpc-mtls-shared': () => reportOn(estateOf('03-gateway-grpc-mtls-shared')),
} satisfies Record<string, () => EstateReport>;
type Name = keyof typeof REPORTS;
const NAMES = Object.keys(REPORTS) as Name[];

const shownPlaces = (page: Page) => page.locator('[data-place]:visible').count();
const openFolded = async (page: Page) => {
  for (const summary of await page.locator('#findings details:not([open]) > summary').all()) await summary.click();
};

const { title, skip } = witness('Chromium');

describe.skipIf(skip)(`${title}: the report of an estate`, () => {
  let browser: ReportBrowser;
  const opened: Page[] = [];
  beforeAll(async () => {
    browser = await ReportBrowser.launch();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.context().close();
  });
  async function open(report: EstateReport, opening: Opening = {}): Promise<OpenedPage> {
    const found = await browser.open(report, opening);
    opened.push(found.page);
    return found;
  }

  describe.each(NAMES)('of %s', (name) => {
    test.each([
      { width: 1280, colorScheme: 'light' },
      { width: 1280, colorScheme: 'dark' },
      { width: 390, colorScheme: 'light' },
      { width: 390, colorScheme: 'dark' },
    ] as const)('is readable at $width pixels, $colorScheme, and asks nobody for anything', async (opening) => {
      const { page, requests, complaints } = await open(REPORTS[name](), opening);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Cluster');
      expect(await page.evaluate(OVERFLOW)).toBeLessThanOrEqual(0);
      expect(await page.evaluate(CLIPPED)).toEqual([]);
      expect(await page.evaluate(FAINT)).toEqual([]);
      expect(await page.evaluate('globalThis.planted')).toBeUndefined();
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    });
  });

  test.each([3, 200])('draws a graph of %i with every service and every call on both sides', async (amount) => {
    const report = testReport(amount);
    const { page } = await open(report);
    const hosts = new Set(report.calls.filter(({ leadsOutside }) => leadsOutside).map(({ to }) => to));
    const pairs = new Set(report.calls.map(({ from, to }) => JSON.stringify([from, to])));
    for (const side of ['blue', 'green']) {
      expect(await page.locator(`.drawing.${side} .node`).count()).toBe(amount + hosts.size);
      expect(await page.locator(`.drawing.${side} .edge`).count()).toBe(pairs.size);
    }
    const labels = new Set(await page.locator('.drawing.blue .node > .name').allTextContents());
    for (const { name } of report.services) expect(labels).toContain(name);
  });

  test('filters findings by severity, code, service and text, by mouse', async () => {
    const report = testReport(12);
    const { page } = await open(report);
    await openFolded(page);
    const amount = (matches: (finding: EstateReport['findings'][number]) => boolean) =>
      report.findings.filter(matches).length;
    expect(await shownPlaces(page)).toBe(report.findings.length);
    const form = page.getByRole('search', { name: 'Filter findings' });

    await form.getByRole('checkbox', { name: 'info' }).click();
    expect(await shownPlaces(page)).toBe(amount(({ severity }) => severity !== 'info'));
    await form.getByRole('combobox', { name: 'Code' }).selectOption('NODE_NOT_ECS');
    expect(await shownPlaces(page)).toBe(amount(({ code }) => code === 'NODE_NOT_ECS'));
    expect(await page.locator('article.code:visible').count()).toBe(1);
    await form.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => shownPlaces(page)).toBe(report.findings.length);
    await form.getByRole('combobox', { name: 'Service' }).selectOption('ledger');
    const ofLedger = amount(({ place }) => place === 'service/ledger' || place === 'virtualNode/ledger-vn');
    expect(ofLedger).toBeGreaterThan(0);
    expect(await shownPlaces(page)).toBe(ofLedger);
    expect(await page.locator('#filter-count').textContent()).toBe(`${ofLedger} of ${report.findings.length} findings`);
    await form.getByRole('searchbox', { name: 'Text' }).fill('no such words');
    expect(await shownPlaces(page)).toBe(0);
    expect(await page.getByText('No finding matches the filter.').isVisible()).toBe(true);
  });

  test('is worked by the keyboard alone: filters, a service in the graph, and the way back', async () => {
    const report = testReport(12);
    const { page, complaints } = await open(report);
    await openFolded(page);
    await page.locator('#filter input[value=info]').focus();
    await page.keyboard.press('Space');
    const rest = report.findings.filter(({ severity }) => severity !== 'info');
    expect(await shownPlaces(page)).toBe(rest.length);
    for (let stops = 0; (await page.evaluate('document.activeElement.name')) !== 'text' && stops < 5; stops++)
      await page.keyboard.press('Tab');
    await page.keyboard.type('router_protocol');
    const found = rest.filter(({ code }) => code.includes('ROUTER_PROTOCOL'));
    expect(found.length).toBeGreaterThan(0);
    expect(await shownPlaces(page)).toBe(found.length);

    await page.locator('.drawing.blue a.node').first().focus();
    expect(await page.locator('.drawing.focused').count()).toBe(2);
    await page.keyboard.press('Enter');
    expect(await page.locator('tr.selected').count()).toBe(1);
    expect(await page.getByRole('status').filter({ hasText: 'Chosen' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('.selected').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('shows a service that was chosen on both sides and in the tables, and leads to its findings', async () => {
    const report = testReport(30);
    const { page } = await open(report);
    await page.locator('.drawing.green a.node', { hasText: 'price-sc' }).click();
    expect(await page.locator('.drawing .node.selected').count()).toBe(2);
    expect(await page.locator('tr.selected').locator('.name').first().textContent()).toBe('price');
    const calls = report.calls.filter(({ from, to }) => from === 'price' || to === 'price');
    expect(await page.locator('.drawing.blue .edge.near').count()).toBe(calls.length);
    await page.getByRole('link', { name: 'its findings' }).click();
    const own = report.findings.filter(({ place }) => place === 'service/price' || place === 'virtualNode/price-vn');
    await expect.poll(() => shownPlaces(page)).toBe(own.length);
    await page.getByRole('combobox', { name: 'Find' }).selectOption('cart');
    expect(await page.locator('#selection-name').textContent()).toBe('cart');
  });

  test.each([1280, 390])('is all there at %i pixels without a script', async (width) => {
    const report = testReport(12);
    const { page, requests, complaints } = await open(report, { width, javaScriptEnabled: false });
    expect(await page.locator('#filter').isVisible()).toBe(false);
    expect(await page.getByRole('combobox').count()).toBe(0);
    await openFolded(page);
    expect(await shownPlaces(page)).toBe(report.findings.length);
    expect(await page.locator('.drawing a.node:visible').count()).toBe(2 * report.services.length);
    for (const { name } of report.services)
      expect(
        await page
          .getByRole('row')
          .filter({ has: page.getByText(name, { exact: true }) })
          .count(),
      ).toBeGreaterThan(0);
    await page.getByText(`${report.calls.length} calls as a table`).click();
    expect(await page.getByRole('region', { name: 'Every call, by caller' }).isVisible()).toBe(true);
    await page.locator('#size-large').check();
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
  });

  test('has landmarks, one title, headings without a gap, and tables that stay tables as cards', async () => {
    const { page } = await open(testReport(12), { width: 390 });
    for (const role of ['banner', 'navigation', 'main', 'contentinfo'] as const)
      expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.locator('h2, h3, h4').count()).toBeGreaterThan(10);
    expect(
      await page.evaluate(`(() => {
        const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((one) => Number(one.tagName[1]));
        return levels.filter((level, at) => level > (levels[at - 1] ?? 0) + 1).length + levels.filter((level) => level === 1).length;
      })()`),
    ).toBe(1);
    const services = page.getByRole('table', { name: 'Every ECS service of the cluster, by name' });
    expect(await services.getByRole('columnheader').count()).toBe(7);
    expect(await services.getByRole('row').count()).toBe(13);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  test('prints everything: no filters, nothing folded', async () => {
    const { page } = await open(testReport(30), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['nav', '#filter', '.graph-size']) expect(await page.locator(gone).isVisible()).toBe(false);
    expect(await shownPlaces(page)).toBe(testReport(30).findings.length);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  });
});
