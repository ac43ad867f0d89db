import type { LimitTable, ShapeLimits, StructureLimits } from '../../../lab/wire/limits/table.ts';
import type { ModelShape, ServiceModel } from './serviceModels.ts';

/** What of a service model is looked at. */
export interface LimitScope {
  /** The operations that the lab serves. */
  operations: readonly string[];
  /** The enums that the SDK's package exports, by the shape's name. */
  enums: ReadonlyMap<string, readonly string[]>;
}

/** The lab's table of limits, as a service model has it for what the operations' inputs reach. */
export function limitsOf(model: ServiceModel, { operations, enums }: LimitScope): LimitTable {
  const reachable = new Set<string>();
  for (const operation of operations) {
    const input = model.operations[operation]?.input;
    if (input !== undefined) reach(model, input.shape, reachable);
  }
  const names = [...reachable].sort();
  const shapes = Object.fromEntries(
    names
      .filter((name) => saysSomething(model, name))
      .map((name) => [name, shapeLimits(model, name, enums.get(name) ?? [])]),
  );
  const structures = Object.fromEntries(
    names
      .map((name): [string, StructureLimits] => [name, structureLimits(model, shapeOf(model, name), shapes)])
      .filter(([, limits]) => Object.keys(limits).length > 0),
  );
  return { shapes, structures };
}

function shapeOf(model: ServiceModel, name: string): ModelShape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  return shape;
}

function reach(model: ServiceModel, name: string, reachable: Set<string>): void {
  if (reachable.has(name)) return;
  reachable.add(name);
  const { members, member, key, value } = shapeOf(model, name);
  for (const inner of [...Object.values(members ?? {}), member, key, value]) {
    if (inner !== undefined) reach(model, inner.shape, reachable);
  }
}

/** A structure says what it says in its own table; a list or a map of something that does says where that is. */
function saysSomething(model: ServiceModel, name: string): boolean {
  const shape = shapeOf(model, name);
  if (shape.type === 'structure') return false;
  const ofItsOwn = [shape.min, shape.max, shape.pattern, shape.enum].some((limit) => limit !== undefined);
  return ofItsOwn || [shape.member, shape.key, shape.value].some((inner) => inner && saysSomething(model, inner.shape));
}

function shapeLimits(model: ServiceModel, name: string, exported: readonly string[]): ShapeLimits {
  const { type, min, max, pattern, enum: values, member, key, value } = shapeOf(model, name);
  const isNumber = ['integer', 'long', 'float', 'double'].includes(type);
  const limits: ShapeLimits = {};
  if (min !== undefined) limits[isNumber ? 'min' : 'minLength'] = min;
  if (max !== undefined) limits[isNumber ? 'max' : 'maxLength'] = max;
  if (pattern !== undefined) limits.pattern = pattern;
  if (values !== undefined) {
    const unknown = values.filter((one) => !exported.includes(one));
    limits.enum = unknown.length === 0 ? true : unknown;
  }
  if (member !== undefined && saysSomething(model, member.shape)) limits.item = member.shape;
  if (key !== undefined && saysSomething(model, key.shape)) limits.key = key.shape;
  if (value !== undefined && saysSomething(model, value.shape)) limits.value = value.shape;
  return limits;
}

function structureLimits(
  model: ServiceModel,
  { required = [], members = {} }: ModelShape,
  shapes: LimitTable['shapes'],
): StructureLimits {
  const limited = Object.entries(members)
    .filter(([, { shape }]) => shapes[shape] !== undefined && saysSomething(model, shape))
    .map(([name, { shape }]) => [name, shape]);
  return {
    ...(required.length > 0 ? { required } : {}),
    ...(limited.length > 0 ? { members: Object.fromEntries(limited) } : {}),
  };
}
