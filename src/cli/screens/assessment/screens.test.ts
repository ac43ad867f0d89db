import { expect, test } from 'vitest';
import { asManifests, inYaml } from '../../../../test/fixtures/asManifests.ts';
import { estateOf, exportOf, type FixtureName, withoutAppMesh } from '../../../../test/fixtures/estates.ts';
import { reportOn } from '../../../assess/report/reportOn.ts';
import type { EstateReport } from '../../../assess/report.ts';
import { readWholeEstate } from '../../../estate/fromExport.ts';
import { readKubernetes } from '../../../estate/sources/kubernetes/read.ts';
import { mergeReadings } from '../../../estate/sources/merge.ts';
import { renderHtml } from '../html/page.ts';
import { markdownReport } from './markdown.ts';
import { terminalReport } from './terminal.ts';

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
const golden = (name: string): string => `../golden/assess-${name}.txt`;

const FIXTURES: FixtureName[] = ['01-simple-three-tier', '02-retries-tls-canary', '03-gateway-grpc-mtls-shared'];

/** Whole screens are golden files: `vitest -u` writes them anew, and a person reads the difference. */
test.each(FIXTURES)('%s on a terminal', async (name) => {
  await expect(text(terminalReport(reportOn(estateOf(name)), false))).toMatchFileSnapshot(golden(name.slice(0, 2)));
});

test('with App Mesh gone the first thing to do is to give what still knows it', async () => {
  const name = '01-simple-three-tier';
  const report = reportOn(estateOf(name, withoutAppMesh(exportOf(name))));
  const lines = text(terminalReport(report, false));
  expect(lines).toContain('App Mesh could not be reached');
  expect(lines).toContain('(a guess)');
  expect(lines).toMatch(/NEXT\n- App Mesh did not tell of shop/);
  await expect(lines).toMatchFileSnapshot(golden('gone'));
});

test('as Markdown', async () => {
  const report = reportOn(estateOf('01-simple-three-tier'));
  await expect(text(markdownReport(report))).toMatchFileSnapshot('../golden/assess-01.md');
});

test('wide says every finding in full, with all its places', () => {
  const report = reportOn(estateOf('02-retries-tls-canary'));
  const lines = text(terminalReport(report, true)).replaceAll(/\s+/g, ' ');
  expect(report.findings.length).toBeGreaterThan(20);
  for (const { code, place, message } of report.findings) {
    expect(lines).toContain(code);
    expect(lines).toContain(place);
    expect(lines).toContain(message.replaceAll(/\s+/g, ' '));
  }
});

test('names of the estate are no markup and no escape sequences', () => {
  const hostile = '<img src=x>|\u001B[2J[x](javascript:1)\nnew';
  const report = JSON.parse(
    JSON.stringify(reportOn(estateOf('01-simple-three-tier'))).replaceAll(
      'frontend',
      JSON.stringify(hostile).slice(1, -1),
    ),
  ) as EstateReport;
  const markdown = text(markdownReport(report));
  expect(markdown).toContain('img src=x');
  expect(markdown).not.toContain('<img');
  expect(markdown).not.toMatch(/(?<!\\)\]\(javascript/);
  for (const shown of [markdown, text(terminalReport(report, true))]) expect(shown).not.toContain('\u001B');
});

test('an estate of which nothing is known says so', () => {
  const empty = { ...exportOf('01-simple-three-tier'), ecs: { clusters: [], services: [], taskDefinitions: [] } };
  const lines = text(terminalReport(reportOn(estateOf('01-simple-three-tier', empty)), false));
  expect(lines).toContain('No source tells of a service.');
  expect(lines).toContain('Nothing is meshed, so nothing moves.');
});

test('a mesh in Kubernetes is told of by its nodes, with what runs as them, and without a plan', () => {
  const exported = exportOf('01-simple-three-tier');
  const workload = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: user, namespace: shop}
spec: {template: {metadata: {labels: {app: user-vn}}}}
`;
  const manifests = readKubernetes([{ where: 'mesh.yaml', text: inYaml(asManifests(exported)) + workload }]);
  const report = reportOn(readWholeEstate(mergeReadings([manifests]), '', 'shop'));
  const lines = text(terminalReport(report, false));
  expect(lines).toMatch(/^In Kubernetes: +3 of the mesh's nodes and gateways, which no plan moves$/m);
  expect(lines).toMatch(/^user-vn +VirtualNode shop\/user-vn +app=user-vn +Deployment shop\/user +-$/m);
  expect(lines).toContain('No plan can be proposed: nothing in the mesh is an ECS service.');
  expect(lines).not.toMatch(/in the plan under/);
  const page = renderHtml(report);
  for (const told of ['Meshlift moves ECS services only', 'Deployment <code>shop/user</code>', 'app=user-vn']) {
    expect(page).toContain(told);
  }
  expect(page).toContain('Mesh <span class="name">shop</span>');
});
