import { NormalizedSchema } from '@smithy/core/schema';

/** A runtime schema as the SDK packages export it. */
export type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

/** One operation of an API, from its exported schema. */
export interface OperationSchema {
  name: string;
  /** Present for the REST protocols: method, URI pattern with `{label}`s, status of a success. */
  http: { method: string; uri: string; status: number } | undefined;
  input: NormalizedSchema;
  output: NormalizedSchema;
}

/** One modelled error of an API. */
export interface ErrorSchema {
  name: string;
  schema: NormalizedSchema;
  /** The code that the query protocol sends instead of the shape's name. */
  queryCode: string | undefined;
  /** The status in the model, where it has one. */
  status: number | undefined;
}

export interface ApiSchemas {
  /** Such as `com.amazonaws.ecs`. */
  namespace: string;
  operations: ReadonlyMap<string, OperationSchema>;
  errors: ReadonlyMap<string, ErrorSchema>;
  /** The values of the enums that the package exports, by the shape's name. */
  enums: ReadonlyMap<string, readonly string[]>;
}

/** First elements of static schemas: which kind they are. */
const OPERATION = 9;
const ERROR = -3;

/**
 * Collects the operations and errors that an SDK package exports under names ending in `$`. An operation is
 * `[9, namespace, name, traits, input, output]`, an error `[-3, namespace, name, traits, members, memberSchemas]`. An enum is an
 * object of strings under the shape's own name.
 */
export function readSchemas(sdkPackage: object): ApiSchemas {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, ErrorSchema>();
  const enums = new Map<string, readonly string[]>();
  let namespace = '';
  for (const [exportName, value] of Object.entries(sdkPackage)) {
    if (isEnum(value)) enums.set(exportName, Object.values(value));
    if (!exportName.endsWith('$') || !Array.isArray(value)) continue;
    const [kind, schemaNamespace, name, traits, input, output]: unknown[] = value;
    if (typeof name !== 'string') continue;
    if (kind === OPERATION) {
      namespace = String(schemaNamespace);
      operations.set(name, {
        name,
        http: httpTrait(traits),
        input: normalize(input, name),
        output: normalize(output, name),
      });
    } else if (kind === ERROR) {
      errors.set(name, {
        name,
        schema: normalize(value, name),
        queryCode: trait(traits, 'awsQueryError', (found) => (Array.isArray(found) ? String(found[0]) : undefined)),
        status: trait(traits, 'httpError', (found) => (typeof found === 'number' ? found : undefined)),
      });
    }
  }
  if (operations.size === 0) throw new Error('the SDK package exports no operation schemas');
  return { namespace, operations, errors, enums };
}

function isEnum(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const values: unknown[] = Object.values(value);
  return values.length > 0 && values.every((one) => typeof one === 'string');
}

function httpTrait(traits: unknown): OperationSchema['http'] {
  return trait(traits, 'http', (found) => {
    if (!Array.isArray(found)) return undefined;
    const [method, uri, status]: unknown[] = found;
    return { method: String(method), uri: String(uri), status: Number(status) };
  });
}

/** Reads one trait of a schema; traits that are only flags are a number and hold none of ours. */
function trait<T>(traits: unknown, name: string, read: (found: unknown) => T | undefined): T | undefined {
  if (typeof traits !== 'object' || traits === null) return undefined;
  return read(new Map<string, unknown>(Object.entries(traits)).get(name));
}

function normalize(schema: unknown, name: string): NormalizedSchema {
  if (!isSchema(schema)) throw new Error(`the SDK package exports no schema for ${name}`);
  return NormalizedSchema.of(schema);
}

function isSchema(value: unknown): value is SchemaReference {
  return ['number', 'string', 'function'].includes(typeof value) || Array.isArray(value);
}
