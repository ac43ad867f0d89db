import { pathText, type Path } from '../documents.ts';
import { fit, type Shape, type Spelling, type Unknown } from '../shapes/shape.ts';
import { evaluate } from './intrinsics.ts';
import type { Stack } from './stack.ts';
import { isSection, type Section } from './template.ts';
import { concat, placeholder, type Result } from './values.ts';

/** A resource of a stack, with its properties resolved one at a time. */
export class Resource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly path: Path;
  readonly #properties: Section;
  readonly #condition: unknown;
  readonly #values = new Map<string, Result>();

  constructor(stack: Stack, logicalId: string, declared: Section) {
    this.stack = stack;
    this.logicalId = logicalId;
    this.type = typeof declared['Type'] === 'string' ? declared['Type'] : '';
    this.path = ['Resources', logicalId];
    const properties = declared['Properties'];
    this.#properties = isSection(properties) ? properties : {};
    this.#condition = declared['Condition'];
  }

  /** How a person finds it: `shop/Frontend`. */
  get address(): string {
    return `${this.stack.name}/${this.logicalId}`;
  }

  /** Whether the stack has it at all. */
  get exists(): boolean | Unknown {
    return typeof this.#condition === 'string' ? this.stack.condition(this.#condition, this.path) : true;
  }

  /** What AWS makes up for it; see {@link placeholder}. */
  made(attribute?: string): string {
    return placeholder(this.stack.name, this.logicalId, attribute);
  }

  /** A property as the template writes it. */
  source(name: string): Section[string] | undefined {
    return Object.hasOwn(this.#properties, name) ? this.#properties[name] : undefined;
  }

  names(): string[] {
    return Object.keys(this.#properties);
  }

  /** A property as it is once deployed. */
  property(name: string): Result {
    if (this.#values.has(name)) return this.#values.get(name);
    const declared = this.source(name);
    const path = [...this.path, 'Properties', name];
    const value = declared === undefined ? undefined : evaluate(this.stack, declared, path);
    this.#values.set(name, value);
    return value;
  }

  /** A property that AWS makes a name for where the template gives none. */
  named(property: string): string | Unknown {
    const value = this.property(property);
    return value === undefined || value === null ? this.made() : concat([value]);
  }

  /** An ARN of this resource's Region and account, which are empty in it where they are not known. */
  arn(service: string, ...rest: readonly Result[]): string | Unknown {
    const { region, account } = this.stack.world.place;
    const head = `arn:${this.partition()}:${service}:${region ?? ''}:${account ?? ''}:`;
    return concat([head, ...rest]);
  }

  /** Of the Region, and `aws` where none is known. */
  partition(): string {
    const partition = this.stack.ref('AWS::Partition');
    return typeof partition === 'string' ? partition : 'aws';
  }

  place(property: string): string {
    return this.stack.told(pathText([...this.path, 'Properties', property]));
  }

  /** The part of a property that fits; the rest is told of as unresolved. */
  fit(property: string, shape: Shape, spelling?: Spelling): unknown {
    return fit(this.property(property), shape, this.place(property), this.stack.world.unresolved, spelling);
  }

  /** A text property; `undefined` where there is none, or it cannot be told. */
  text(property: string): string | undefined {
    const value = this.fit(property, 'text');
    return typeof value === 'string' ? value : undefined;
  }

  /** A name or an identity that may not be told; then the property is to blame. */
  told(value: Result, property: string): string | undefined {
    const fitted = fit(value, 'text', this.place(property), this.stack.world.unresolved);
    return typeof fitted === 'string' ? fitted : undefined;
  }

  /** All properties that fit a shape, in the SDK's spelling, save those in `own`. */
  fitAll(shape: { readonly [member: string]: Shape }, spelling: Spelling): Record<string, unknown> {
    const fitted: Record<string, unknown> = {};
    for (const name of this.names()) {
      if (spelling.own?.has(name) === true) continue;
      const member = spelling.member(name);
      const inner = Object.hasOwn(shape, member) ? shape[member] : undefined;
      if (inner === undefined) {
        const why = 'Meshlift knows no such property, so it is left out.';
        this.stack.world.unresolved.push({ place: this.place(name), why });
        continue;
      }
      const value = this.fit(name, inner, { member: spelling.member });
      if (value !== undefined) fitted[member] = value;
    }
    return fitted;
  }
}
