import { pathText, type Path } from '../documents.ts';
import { Unknown } from '../shapes/shape.ts';
import { attributeOf, referenceTo } from './identities.ts';
import { evaluate, type Scope, truth } from './intrinsics.ts';
import { unrolled } from './loops.ts';
import { parameter, pseudoParameter } from './parameters.ts';
import { Resource } from './resource.ts';
import { isSection, isTemplateAt, LANGUAGE_EXTENSIONS, type Section, type Template } from './template.ts';
import type { Result } from './values.ts';
import type { World } from './world.ts';

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
      // What a loop runs over may be told by parameters and maps, not by what is being written out: that has nothing in it yet.
      this.#sections.set(name, {});
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
