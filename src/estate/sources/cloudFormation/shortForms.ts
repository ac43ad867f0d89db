import type { Plain, Tags } from '../documents.ts';

/** The functions of templates, without their `Fn::`. Each has a YAML tag of that name, `ForEach` apart. */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
] as const;

export const KNOWN_FUNCTIONS: ReadonlySet<string> = new Set(FUNCTIONS.map((name) => `Fn::${name}`));

/** `!GetAtt Mesh.MeshName` names the resource up to the first dot, the attribute after it. */
function attribute(value: Plain): Plain {
  if (typeof value !== 'string') return value;
  const dot = value.indexOf('.');
  return dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)];
}

/** The long form of a tag of YAML templates; `undefined` for a tag that templates do not have. */
export const SHORT_FORMS: Tags = (tag, value) => {
  if (tag === '!Ref') return { Ref: value };
  if (tag === '!Condition') return { Condition: value };
  if (tag === '!GetAtt') return { 'Fn::GetAtt': attribute(value) };
  const name = `Fn::${tag.slice(1)}`;
  return KNOWN_FUNCTIONS.has(name) ? { [name]: value } : undefined;
};
