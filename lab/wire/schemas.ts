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
}

/** First elements of static schemas: which kind they are. */
const OPERATION = 9;
const ERROR = -3;

/**
 * Collects the operations and errors that an SDK package exports under names ending in `$`. An operation is
 * `[9, namespace, name, traits, input, output]`, an error `[-3, namespace, name, traits, members, memberSchemas]`.
 */
export function readSchemas(sdkPackage: object): ApiSchemas {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, ErrorSchema>();
  let namespace = '';
  for (const [exportName, value] of Object.entries(sdkPackage)) {
    if (!exportName.endsWith('$') || !Array.isArray(value)) continue;
    const [kind, schemaNamespace, name, traits, input, output] = value as unknown[];
    if (typeof name !== 'string') continue;
    if (kind === OPERATION) {
      namespace = String(schemaNamespace);
      operations.set(name, {
        name,
        http: httpTrait(traits),
        input: NormalizedSchema.of(input as SchemaReference),
        output: NormalizedSchema.of(output as SchemaReference),
      });
    } else if (kind === ERROR) {
      const schema = NormalizedSchema.of(value as unknown as SchemaReference);
      const errorTraits = schema.getMergedTraits() as { awsQueryError?: [string, number]; httpError?: number };
      errors.set(name, { name, schema, queryCode: errorTraits.awsQueryError?.[0], status: errorTraits.httpError });
    }
  }
  if (operations.size === 0) throw new Error('the SDK package exports no operation schemas');
  return { namespace, operations, errors };
}

function httpTrait(traits: unknown): OperationSchema['http'] {
  if (typeof traits !== 'object' || traits === null || !('http' in traits) || !Array.isArray(traits.http)) {
    return undefined;
  }
  const [method, uri, status] = traits.http as [string, string, number];
  return { method, uri, status };
}
