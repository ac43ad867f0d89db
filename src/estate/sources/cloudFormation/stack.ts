import { pathText, type Path } from '../documents.ts';
import { SourceError, type Unresolved } from '../reading.ts';
import { fit, type Shape, type Spelling, Unknown } from '../shapes/shape.ts';
import { attributeOf, referenceTo } from './identities.ts';
import { evaluate, type Scope, truth } from './intrinsics.ts';
import { unrolled } from './loops.ts';
import { parameter, type Place, pseudoParameter } from './parameters.ts';
import { isSection, isTemplateAt, LANGUAGE_EXTENSIONS, type Section, type Template } from './template.ts';
import { concat, placeholder, type Result } from './values.ts';

/** All that is read together: what is given about where it runs, and the stacks that import from each other. */
export class World {
  readonly place: Place;
  readonly templates: readonly Template[];
  readonly unresolved: Unresolved[] = [];
  readonly stacks: Stack[] = [];
  readonly #open: string[] = [];

  constructor(templates: readonly Template[], place: Place) {
    this.templates = templates;
    this.place = place;
  }

  /** @param given the value of a parameter, where one is given */
  open(template: Template, name: string, given: (name: string) => Result): Stack {
    const stack = new Stack(this, template, name, given);
    this.stacks.push(stack);
    return stack;
  }

  /** @throws {SourceError} with the whole way round where `read` comes back to what it is reading */
  guarded<T>(key: string, where: string, read: () => T): T {
    const first = this.#open.indexOf(key);
    if (first >= 0) {
      throw new SourceError(where, '', `it refers to itself: ${[...this.#open.slice(first), key].join(' → ')}`);
    }
    this.#open.push(key);
    try {
      return read();
    } finally {
      this.#open.pop();
    }
  }

  imported(name: string): Result {
    for (const stack of this.stacks) {
      const value = stack.exported(name);
      if (value !== undefined) return value;
    }
    return new Unknown(`None of the templates that were given exports ${name}.`, `\${${name}}`);
  }
}

/** A template with its parameters: what `Ref` and its like give in it. */
export class Stack implements Scope {
  readonly name: string;
  readonly template: Template;
  readonly world: World;
  readonly #given: (name: string) => Result;
  readonly #sections = new Map<string, Section>();
  readonly #resources = new Map<string, Resource>();
  readonly #nested = new Map<string, Stack | undefined>();

  constructor(world: World, template: Template, name: string, given: (name: string) => Result) {
    this.world = world;
    this.template = template;
    this.name = name;
    this.#given = given;
  }

  /** A place for a person; with the file's name where several are read. */
  told(place: string): string {
    return this.world.templates.length > 1 ? `${this.template.where}: ${place}` : place;
  }

  section(name: string): Section {
    const known = this.#sections.get(name);
    if (known !== undefined) return known;
    const declared = this.template.body[name];
    let section = isSection(declared) ? declared : {};
    if (this.template.transforms.includes(LANGUAGE_EXTENSIONS)) {
      const untold = (path: Path, why: string): void => {
        this.world.unresolved.push({ place: this.told(pathText(path)), why });
      };
      const written = unrolled(this, section, [name], untold);
      section = isSection(written) ? written : section;
    }
    this.#sections.set(name, section);
    return section;
  }

  #guarded<T>(key: string, read: () => T): T {
    return this.world.guarded(`${this.name}: ${key}`, this.template.where, read);
  }

  ref(name: string): Result {
    const pseudo = name.startsWith('AWS::') ? pseudoParameter(name, this.name, this.world.place) : null;
    if (pseudo !== null) return pseudo;
    const parameters = this.template.body['Parameters'];
    if (isSection(parameters) && Object.hasOwn(parameters, name)) return parameter(parameters, name, this.#given(name));
    const resource = this.resource(name);
    if (resource === undefined) {
      return new Unknown(`The template has no parameter and no resource ${name}.`, `\${${name}}`);
    }
    return this.#guarded(name, () => referenceTo(resource));
  }

  attribute(logicalId: string, attribute: string): Result {
    const resource = this.resource(logicalId);
    if (resource === undefined) {
      return new Unknown(`The template has no resource ${logicalId}.`, `\${${logicalId}.${attribute}}`);
    }
    return this.#guarded(`${logicalId}.${attribute}`, () =>
      resource.type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')
        ? this.#nestedOutput(resource, attribute.slice('Outputs.'.length))
        : attributeOf(resource, attribute),
    );
  }

  condition(name: string, path: Path): boolean | Unknown {
    const conditions = this.section('Conditions');
    const declared = conditions[name];
    if (!Object.hasOwn(conditions, name) || declared === undefined) {
      return this.template.refuse(path, `the template has no condition ${name}`);
    }
    return this.#guarded(`Conditions.${name}`, () => truth(this, declared, ['Conditions', name]));
  }

  imported(exportName: string): Result {
    return this.#guarded(`Fn::ImportValue ${exportName}`, () => this.world.imported(exportName));
  }

  resource(logicalId: string): Resource | undefined {
    const declared = this.section('Resources')[logicalId];
    if (!Object.hasOwn(this.section('Resources'), logicalId) || !isSection(declared)) return undefined;
    const known = this.#resources.get(logicalId);
    if (known !== undefined) return known;
    const resource = new Resource(this, logicalId, declared);
    this.#resources.set(logicalId, resource);
    return resource;
  }

  resources(): Resource[] {
    return Object.keys(this.section('Resources')).flatMap((logicalId) => this.resource(logicalId) ?? []);
  }

  #output(name: string, keys: readonly string[]): Result {
    const declared = this.section('Outputs')[name];
    if (!isSection(declared)) return undefined;
    const condition = declared['Condition'];
    const path = ['Outputs', name];
    if (typeof condition === 'string' && this.condition(condition, path) === false) return undefined;
    let value: Section[string] | undefined = declared;
    for (const key of keys) value = isSection(value) ? value[key] : undefined;
    return value === undefined ? undefined : evaluate(this, value, [...path, ...keys]);
  }

  /** `undefined` where no output of this stack is exported under the name. */
  exported(name: string): Result {
    const output = Object.keys(this.section('Outputs')).find((one) => this.#output(one, ['Export', 'Name']) === name);
    if (output === undefined) return undefined;
    return this.#guarded(`Outputs.${output}`, () => this.#output(output, ['Value']));
  }

  /** The stack that a resource of type `AWS::CloudFormation::Stack` makes; `undefined` where its template was not given. */
  nested(resource: Resource): Stack | undefined {
    if (this.#nested.has(resource.logicalId)) return this.#nested.get(resource.logicalId);
    const url = resource.property('TemplateURL');
    const text = url instanceof Unknown ? url.text : typeof url === 'string' ? url : '';
    const template = this.world.templates.find((one) => one !== this.template && isTemplateAt(one, text));
    const given = (name: string): Result => {
      const values = resource.source('Parameters');
      const value = isSection(values) ? values[name] : undefined;
      return value === undefined
        ? undefined
        : evaluate(this, value, [...resource.path, 'Properties', 'Parameters', name]);
    };
    const nested =
      template === undefined ? undefined : this.world.open(template, `${this.name}-${resource.logicalId}`, given);
    this.#nested.set(resource.logicalId, nested);
    return nested;
  }

  #nestedOutput(resource: Resource, output: string): Result {
    const shown = `\${${resource.logicalId}.Outputs.${output}}`;
    const nested = this.nested(resource);
    if (nested === undefined)
      return new Unknown(`The template of the stack ${resource.logicalId} was not given.`, shown);
    return (
      nested.#guarded(`Outputs.${output}`, () => nested.#output(output, ['Value'])) ??
      new Unknown(`The template of the stack ${resource.logicalId} has no output ${output}.`, shown)
    );
  }
}

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
    const partition = this.stack.ref('AWS::Partition');
    const known = typeof partition === 'string' ? partition : 'aws';
    const head = `arn:${known}:${service}:${region ?? ''}:${account ?? ''}:`;
    return concat([head, ...rest]);
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
