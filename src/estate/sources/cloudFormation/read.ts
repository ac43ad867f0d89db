import type { ReadFrom } from '../../export.ts';
import { keyOf, objectsOf } from '../../identity.ts';
import { emptyExport } from '../draft.ts';
import { SourceError, type SourceReading } from '../reading.ts';
import { Unknown } from '../shapes/shape.ts';
import { completeLoadBalancing } from '../targetGroups.ts';
import type { Place } from './parameters.ts';
import { APP_MESH } from './resources/appMesh.ts';
import { AUTO_SCALING } from './resources/autoScaling.ts';
import { CLOUD_MAP } from './resources/cloudMap.ts';
import { CLOUD_WATCH } from './resources/cloudWatch.ts';
import { ECS, joinFamilies } from './resources/ecs.ts';
import { ELBV2 } from './resources/elbv2.ts';
import type { Reader } from './resources/reader.ts';
import type { Resource } from './resource.ts';
import type { Stack } from './stack.ts';
import { isSection, readTemplate, type Template, type TemplateFile } from './template.ts';
import { World } from './world.ts';

export interface TemplateOptions extends Partial<Place> {
  /** Values of parameters, for every template that has one of the name. Those of nested stacks come from their parents. */
  parameters?: Readonly<Record<string, string>>;
}

const READERS: Readonly<Record<string, Reader>> = {
  ...APP_MESH,
  ...ECS,
  ...ELBV2,
  ...CLOUD_MAP,
  ...AUTO_SCALING,
  ...CLOUD_WATCH,
};

const declaredParameters = (template: Template): string[] =>
  isSection(template.body['Parameters']) ? Object.keys(template.body['Parameters']) : [];

/** Every given parameter is one of a template's, so that a name with a typing error is not passed over. */
function checkParameters(templates: readonly Template[], given: Readonly<Record<string, string>>): void {
  const declared = new Set(templates.flatMap(declaredParameters));
  const unknown = Object.keys(given).find((name) => !declared.has(name));
  if (unknown === undefined) return;
  throw new SourceError(
    templates.map((template) => template.where).join(', '),
    `Parameters.${unknown}`,
    'no template has a parameter of this name',
  );
}

/** Stacks of all templates: those that others nest run where they are nested, the rest on their own. */
function deploy(templates: readonly Template[], options: TemplateOptions): World {
  const world = new World(templates, { region: options.region, account: options.account });
  const given = options.parameters ?? {};
  const own = (name: string): string | undefined => (Object.hasOwn(given, name) ? given[name] : undefined);
  // What is nested is found by trying: a throw-away world, whose stacks are read for nothing else.
  const trial = new World(templates, world.place);
  const nested = new Set<Template>();
  for (const template of templates) {
    const stack = trial.open(template, template.stackName, own);
    for (const one of stack.resources()) {
      const inner = one.type === 'AWS::CloudFormation::Stack' ? stack.nested(one) : undefined;
      if (inner !== undefined) nested.add(inner.template);
    }
  }
  const roots = templates.filter((template) => !nested.has(template));
  if (roots.length === 0) {
    const names = templates.map((template) => template.where).join(', ');
    throw new SourceError(names, '', 'each of the templates is nested in another, so none is the first');
  }
  for (const template of roots) world.open(template, template.stackName, own);
  return world;
}

/** Opens the nested stacks of a stack, and theirs. */
function unfold(world: World, stack: Stack, above: readonly Template[]): void {
  for (const one of stack.resources()) {
    if (one.type !== 'AWS::CloudFormation::Stack' || one.exists !== true) continue;
    const nested = stack.nested(one);
    if (nested === undefined) {
      world.unresolved.push({
        place: one.place('TemplateURL'),
        why: 'The template of this nested stack was not given, so nothing in it is known.',
      });
      continue;
    }
    if (above.includes(nested.template)) {
      const way = [...above, nested.template].map((template) => template.where).join(' → ');
      throw new SourceError(stack.template.where, one.place('TemplateURL'), `the templates nest each other: ${way}`);
    }
    unfold(world, nested, [...above, nested.template]);
  }
}

/** What cannot be read because it is no resource yet. */
function whyUnread(resource: Resource): string | undefined {
  if (resource.type.startsWith('AWS::Serverless::')) return 'A macro of AWS makes resources of it, which are not read.';
  if (resource.type.endsWith('::MODULE')) return 'A module of the account stands behind it, which is not read.';
  return resource.type === '' ? 'It has no type.' : undefined;
}

/**
 * What CloudFormation templates tell of an estate, read together so that one may import what another exports, or nest it.
 * What cannot be told is left out and named. Names and ARNs that AWS makes up hold a placeholder such as
 * `${shop.FrontendTargetGroup}`: it joins what belongs together, and no real name can look so. Each object's stack and logical id
 * are its address in `readFrom`.
 *
 * @throws {SourceError} for a file that is no template, a function that does not exist or is given what it does not take, a
 * parameter that no template has, and for what refers to itself. Nothing is read then.
 */
export function readCloudFormation(files: readonly TemplateFile[], options: TemplateOptions = {}): SourceReading {
  const templates = files.map(readTemplate);
  checkParameters(templates, options.parameters ?? {});
  const world = deploy(templates, options);
  for (const stack of world.stacks.slice()) unfold(world, stack, [stack.template]);
  const draft = emptyExport({ account: options.account ?? '', region: options.region ?? '' });
  const found: Resource[] = [];
  const madeBy = new Map<object, Resource>();
  for (const stack of world.stacks) {
    for (const macro of stack.template.transforms.filter((name) => !name.startsWith('AWS::'))) {
      const why = `The macro ${macro} may change anything in the template; only what stands in the file is read.`;
      world.unresolved.push({ place: stack.told('Transform'), why });
    }
    for (const resource of stack.resources()) {
      const place = stack.told(`Resources.${resource.logicalId}`);
      const why = whyUnread(resource);
      if (why !== undefined) world.unresolved.push({ place, why });
      if (READERS[resource.type] === undefined) continue;
      const { exists } = resource;
      if (exists instanceof Unknown) {
        world.unresolved.push({ place, why: `Whether it exists depends on its condition. ${exists.why}` });
      } else if (exists) found.push(resource);
    }
  }
  for (const [type, read] of Object.entries(READERS)) {
    for (const resource of found) {
      if (resource.type !== type) continue;
      for (const object of [read(resource, draft) ?? []].flat()) madeBy.set(object, resource);
    }
  }
  joinFamilies(draft);
  completeLoadBalancing(draft.elbv2);
  if (found.some((resource) => Object.hasOwn(APP_MESH, resource.type))) {
    draft.appMeshAnswer = { state: 'read', why: `App Mesh resources stand in ${names(templates)}.` };
  }
  draft.readFrom = Object.fromEntries(
    objectsOf(draft).map((object): [string, ReadFrom] => {
      const resource = madeBy.get(object.value);
      const where = resource?.stack.template.where ?? names(templates);
      const address = resource === undefined ? {} : { address: resource.address };
      return [keyOf(object, draft.caller), { source: 'cloudFormation', where, ...address }];
    }),
  );
  return {
    source: 'cloudFormation',
    where: names(templates),
    exported: draft,
    unresolved: world.unresolved,
  };
}

const names = (templates: readonly Template[]): string => templates.map((template) => template.where).join(', ');
