import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../errors.ts';
import type { Api } from './api.ts';
import { DecodeFault, type WireRequest, type WireResponse } from './message.ts';
import { errorMembers, errorSchema, type Protocol, toBytes, toText } from './protocol.ts';

/** awsQuery: a form with `Action` and `Version` in, XML out. A list is `Name.member.1`, a map `Name.entry.1.key`. */
export const awsQuery: Protocol = {
  decode: (request, { operation }) => readForm(request, operation.input, 'awsQuery'),

  encode(api, { name, output: schema }, output, requestId) {
    return xmlResponse(
      200,
      requestId,
      `<${name}Response xmlns="${api.xmlNamespace}"><${name}Result>${writeOutput(api, schema, output)}</${name}Result>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
    );
  },

  encodeError(api, error, requestId) {
    const modelled = errorSchema(api, error.code);
    const status = error.status === 400 ? (modelled?.status ?? 400) : error.status;
    const members = errorMembers(error, modelled);
    delete members['Message'];
    delete members['message'];
    const code = modelled?.queryCode ?? error.code;
    const further = modelled === undefined ? '' : writeXml(api, modelled.schema, members);
    return errorResponse({ status, code, message: error.message, further, xmlNamespace: api.xmlNamespace }, requestId);
  },
};

/** The answer of an API that nothing is known of. */
export function queryErrorResponse({ status, code, message }: AwsError, requestId: string): WireResponse {
  return errorResponse({ status, code, message, further: '', xmlNamespace: undefined }, requestId);
}

function errorResponse(
  error: { status: number; code: string; message: string; further: string; xmlNamespace: string | undefined },
  requestId: string,
): WireResponse {
  const { status, xmlNamespace } = error;
  return xmlResponse(
    status,
    requestId,
    `<ErrorResponse${xmlNamespace === undefined ? '' : ` xmlns="${xmlNamespace}"`}>` +
      `<Error><Type>${status >= 500 ? 'Receiver' : 'Sender'}</Type><Code>${escapeXml(error.code)}</Code>` +
      `<Message>${escapeXml(error.message)}</Message>${error.further}</Error>` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

/**
 * ec2Query: as awsQuery, but keys begin with a capital, a list is `Name.1`, the answer has no element around its members, and
 * no error is modelled.
 */
export const ec2Query: Protocol = {
  decode: (request, { operation }) => readForm(request, operation.input, 'ec2Query'),

  encode(api, { name, output: schema }, output, requestId) {
    return xmlResponse(
      200,
      requestId,
      `<${name}Response xmlns="${api.xmlNamespace}"><requestId>${requestId}</requestId>` +
        `${writeOutput(api, schema, output)}</${name}Response>`,
    );
  },

  encodeError(_api, error, requestId) {
    return xmlResponse(
      error.status,
      requestId,
      `<Response><Errors><Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
        `</Errors><RequestID>${requestId}</RequestID></Response>`,
    );
  },
};

/** The characters that XML cannot write, not even as references; a client would not read the rest of the answer either. */
// oxlint-disable-next-line no-control-regex -- These are the characters that are meant.
const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

function xmlResponse(status: number, requestId: string, xml: string): WireResponse {
  const body = toBytes(xml.replaceAll(NOT_XML, '\uFFFD'));
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function writeOutput(api: Api, schema: NormalizedSchema, output: unknown): string {
  return schema.isUnitSchema() ? '' : writeXml(api, schema, output ?? {});
}

/** The members of a structure as XML, without an element around them: the caller names that after the operation. */
function writeXml(api: Api, schema: NormalizedSchema, value: unknown): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: api.schemas.namespace,
  });
  serializer.write(schema, value);
  const text = String(serializer.flush());
  const open = /^<[^>]*?(\/?)>/.exec(text);
  if (open === null) throw new Error(`no XML was written for ${schema.getName()}`);
  return open[1] === '/' ? '' : text.slice(open[0].length, text.lastIndexOf('</'));
}

/** Which of the two query protocols names a form's keys. */
type Dialect = 'awsQuery' | 'ec2Query';

function readForm(request: WireRequest, input: NormalizedSchema, dialect: Dialect): unknown {
  const form = new URLSearchParams(toText(request.body));
  for (const [key, value] of request.query) if (!form.has(key)) form.set(key, value);
  for (const [key, value] of form) {
    // What these protocols could not answer again is not taken in.
    if (value.search(NOT_XML) >= 0) throw new DecodeFault(`${key} has a character that XML cannot write`);
  }
  return input.isUnitSchema() ? {} : readStructure(input, formTree(form), dialect);
}

/** A form as a tree: `A.member.1.B=x` is A → member → 1 → B with the value x. */
interface FormNode {
  value: string | undefined;
  children: Map<string, FormNode>;
}

/** No member of any operation is as deep in its structures as this; what is deeper is none, and left out as such. */
const PARTS_MAX = 64;

function formTree(form: URLSearchParams): FormNode {
  const root: FormNode = { value: undefined, children: new Map() };
  for (const [key, value] of form) {
    let node = root;
    const parts = key.split('.', PARTS_MAX + 1);
    if (parts.length > PARTS_MAX) continue;
    for (const part of parts) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { value: undefined, children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

function readStructure(schema: NormalizedSchema, node: FormNode, dialect: Dialect): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const child = node.children.get(formKey(name, member, dialect));
    if (child !== undefined) structure[name] = readValue(member, child, dialect, name);
  }
  return structure;
}

/** What a member is called in a form. */
export function formKey(name: string, member: NormalizedSchema, dialect: Dialect): string {
  const { ec2QueryName, xmlName } = member.getMergedTraits();
  const key = xmlName ?? name;
  switch (dialect) {
    case 'awsQuery':
      return key;
    case 'ec2Query':
      return typeof ec2QueryName === 'string' ? ec2QueryName : key.charAt(0).toUpperCase() + key.slice(1);
  }
}

function readValue(schema: NormalizedSchema, node: FormNode, dialect: Dialect, place: string): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, dialect);
  const flat = dialect === 'ec2Query' || schema.getMergedTraits().xmlFlattened !== undefined;
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = flat ? node : node.children.get(item.getMergedTraits().xmlName ?? 'member');
    return numbered(items).map((child, index) => readValue(item, child, dialect, `${place}.member.${index + 1}`));
  }
  if (schema.isMapSchema()) {
    const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const valueName = schema.getValueSchema().getMergedTraits().xmlName ?? 'value';
    const entries = numbered(flat ? node : node.children.get('entry')).map((entry): [string, unknown] => {
      const value = entry.children.get(valueName);
      const key = entry.children.get(keyName)?.value ?? '';
      return [
        key,
        value === undefined ? undefined : readValue(schema.getValueSchema(), value, dialect, `${place}.${key}`),
      ];
    });
    return Object.fromEntries(entries);
  }
  return readScalar(schema, node.value ?? '', place);
}

/** The children that are numbers, in their order. */
function numbered(node: FormNode | undefined): FormNode[] {
  return [...(node?.children ?? [])]
    .filter(([key]) => /^\d+$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

/** As the protocols write a number. The infinite ones are left to the limits. */
const NUMBER = /^(?:[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|NaN|-?Infinity)$/;

/** One value of a form, a URI label or a query parameter, by the type that the schema gives it. Throws {@link DecodeFault}. */
export function readScalar(schema: NormalizedSchema, text: string, place: string): unknown {
  if (schema.isBooleanSchema()) {
    if (text !== 'true' && text !== 'false') throw new DecodeFault(`${place} must be true or false, but is '${text}'`);
    return text === 'true';
  }
  if (schema.isNumericSchema()) {
    if (!NUMBER.test(text)) throw new DecodeFault(`${place} must be a number, but is '${text}'`);
    return Number(text);
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : text);
    if (Number.isNaN(date.getTime())) throw new DecodeFault(`${place} must be a timestamp, but is '${text}'`);
    return date;
  }
  if (schema.isBlobSchema()) return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return text;
}
