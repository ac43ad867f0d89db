import { expect, test } from 'vitest';
import { estateOf, exportOf } from '../../../test/fixtures/estates.ts';
import { reportOn } from '../../assess/report/reportOn.ts';
import type { EstateReport } from '../../assess/report.ts';
import { markdownReport } from './assessment/markdown.ts';
import { nextSteps } from './assessment/next.ts';
import { terminalReport } from './assessment/terminal.ts';
import { renderHtml } from './html/page.ts';

const NAME = '01-simple-three-tier';

/** The shop, with a gateway that nothing runs as. */
function withGateway(): EstateReport {
  const exported = exportOf(NAME);
  const [mesh] = exported.appMesh.meshes;
  exported.appMesh.virtualGateways.push({
    meshName: mesh?.meshName,
    virtualGatewayName: 'edge',
    spec: { listeners: [{ portMapping: { port: 8080, protocol: 'http' } }] },
    metadata: mesh?.metadata,
    status: { status: 'ACTIVE' },
  });
  return reportOn(estateOf(NAME, exported));
}

const FORMS: readonly [string, (report: EstateReport) => string][] = [
  ['terminal', (report) => terminalReport(report, false).slice(0, 4).join(' ').replaceAll(/\s+/g, ' ')],
  ['Markdown', (report) => markdownReport(report).slice(0, 8).join(' ')],
  ['HTML', (report) => /<p class="verdict-word">.*?<\/div>/s.exec(renderHtml(report))?.[0] ?? ''],
];

test.each(FORMS)('no choice is promised for what none settles, on a report as %s', (_, shown) => {
  const report = withGateway();
  expect(report.verdict).toBe('needsDecisions');
  expect(shown(report).replaceAll('\\', '')).toMatch(/VGW_REPLACE.*no choice.*has to change first/);
  expect(shown(report)).not.toMatch(/runs once a person has decided/);
});

test.each(FORMS)('what choices settle is said to be settled by them, on a report as %s', (_, shown) => {
  const report = reportOn(estateOf('02-retries-tls-canary'));
  expect(report.verdict).toBe('needsDecisions');
  expect(shown(report)).not.toMatch(/no choice/);
});

test('what no choice settles is no thing to decide in a plan', () => {
  const steps = nextSteps(withGateway());
  expect(steps.filter((one) => one.includes('VGW_REPLACE'))).toEqual([
    'Change what no choice in a plan settles, before one runs: VGW_REPLACE',
  ]);
});
