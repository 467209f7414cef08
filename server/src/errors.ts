import type { FastifyError } from 'fastify'
import { timeFault } from './days.ts'
import { type RecordKind, recordKinds } from './vocabulary.ts'

export interface FieldError {
  /** Where in the request: "/last_name", "/items/0/quantity". */
  path: string
  message: string
}
/** A field that someone else changed since it was read. */
export interface FieldConflict {
  field: string
  yours: unknown
  theirs: unknown
  original: unknown
}
/** Records that name another one in a field; `count` is the least if it is not exact. */
export interface RecordReferences {
  object: RecordKind
  field: string
  count: number
  exact: boolean
}
/** Errors that are named one by one; a person mends a few at a time, and an answer must not be larger than its question. */
export const ERRORS_LISTED_MAX = 20

interface ProblemExtras {
  errors?: FieldError[]
  conflicts?: FieldConflict[]
  /** What would point at a record that is gone. */
  references?: RecordReferences[]
  retryAfterSeconds?: number
}

/** An error meant for the person or program that made the request; becomes problem+json (RFC 9457). */
export class Problem extends Error {
  readonly status: number
  readonly type: string
  readonly title: string
  readonly extras: ProblemExtras

  constructor(
    status: number,
    type: string,
    title: string,
    detail: string,
    extras: ProblemExtras = {},
    cause?: unknown,
  ) {
    // It speaks to the client and never of a place in the code: under load its stack would cost more than the answer.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(detail, cause === undefined ? undefined : { cause })
    Error.stackTraceLimit = stackTraceLimit
    this.status = status
    this.type = type
    this.title = title
    this.extras = extras.errors ? { ...extras, errors: firstErrors(extras.errors) } : extras
  }
}

export function badRequest(detail: string, errors: FieldError[] = []): Problem {
  return new Problem(400, 'invalid-request', 'The request is not valid', detail, { errors })
}
export function invalidField(path: string, message: string): Problem {
  return badRequest(`${message} Nothing was saved.`, [{ path, message }])
}
export function unauthorized(detail = 'Sign in to go on.'): Problem {
  return new Problem(401, 'unauthorized', 'Not signed in', detail)
}
export function forbidden(
  detail = 'Your role in this workspace does not allow this. Ask an admin.',
): Problem {
  return new Problem(403, 'forbidden', 'Not allowed', detail)
}
export function notFound(what: string): Problem {
  return new Problem(
    404,
    'not-found',
    'Not found',
    `There is no such ${what} in this workspace; it may have been deleted.`,
  )
}
export function conflict(type: string, detail: string, extras: ProblemExtras = {}): Problem {
  return new Problem(409, type, 'Conflict', detail, extras)
}

export function inTrash(): Problem {
  return conflict('in-trash', 'It is in the trash; restore it first. Nothing was saved.')
}

interface DatabaseError {
  code: string
  constraint?: string
  table?: string
  column?: string
}

const uniqueMessages: Record<string, [path: string, message: string]> = {
  customers_email_unique: ['/email', 'Another customer has this email address.'],
  customers_more_emails_unique: ['/more_emails', 'Another customer has one of these email addresses.'],
  products_sku_unique: ['/sku', 'Another product has this SKU.'],
  orders_number_unique: ['/order_number', 'Another order has this number.'],
  sales_representatives_user: ['/user_id', 'Another representative is linked to this member.'],
}

const checkMessages: Record<string, [path: string, message: string]> = {
  customers_check: ['/last_name', 'A customer needs a name or an email address.'],
  interactions_check: ['/customer_id', 'An interaction concerns a customer or a company; name at least one.'],
  sales_representatives_check: ['/manager_id', 'A representative cannot be their own manager.'],
}

/** What a field names that the constraint of a foreign key is called after. */
const named: readonly [field: string, noun: string][] = [
  ...Object.values(recordKinds).flatMap(({ namedBy, noun }) =>
    namedBy.map((field): [string, string] => [field, noun]),
  ),
  ['user_id', 'member'],
]

/** The one mapping of database errors that a request can cause; undefined for those that are our fault. */
function fromDatabase(error: DatabaseError): Problem | undefined {
  switch (error.code) {
    case '23505': {
      const known = uniqueMessages[error.constraint ?? '']
      const message = known?.[1] ?? 'A record with this value exists already.'
      return conflict('duplicate', `${message} Nothing was saved.`, {
        errors: [{ path: known?.[0] ?? '', message }],
      })
    }
    case '23503': {
      const [field, noun] = named.find(([name]) => error.constraint?.includes(name)) ?? ['', 'record']
      const message = `There is no such ${noun} in this workspace.`
      return badRequest(`${message} Nothing was saved.`, [{ path: field && `/${field}`, message }])
    }
    case '23514': {
      const known = checkMessages[error.constraint ?? '']
      if (known) return invalidField(...known)
      return badRequest('A value breaks a rule of the data. Nothing was saved.', [
        { path: '', message: `The rule ${error.constraint ?? 'of the table'} is not met.` },
      ])
    }
    case '22003':
      return badRequest('A number is too large. Nothing was saved.')
    case '22007':
    case '22008':
    case '22009':
      return badRequest('A date, time or offset from UTC is out of range. Nothing was saved.')
    case '22021':
    case '22P05':
      return badRequest('A text has a character that cannot be stored (NUL). Nothing was saved.')
    case '40001':
    case '40P01':
      return conflict(
        'try-again',
        'Someone changed the same records at the same moment. Nothing was saved; try again.',
      )
    case '57014':
      return overloaded('The database took too long to answer.')
    case '53300':
      return overloaded('The database has no connection left.')
    case '53100':
    case 'ENOSPC':
      return diskFull()
    case '57P01':
    case '57P02':
    case '57P03':
      return databaseAway(error)
    default:
      return undefined
  }
}

/** 503: nothing was done, and the client may try again after a moment. */
export function overloaded(detail: string): Problem {
  return new Problem(503, 'overloaded', 'Too busy', `${detail} Nothing was saved; try again in a moment.`, {
    retryAfterSeconds: 1,
  })
}

/**
 * 503: the database is gone or starting. Without knowing whether the statement was to write, only that it had no answer,
 * it cannot say that nothing was saved.
 */
export function databaseAway(
  cause: unknown,
  advice = 'Try again in a moment; if you were saving, look first whether it was.',
): Problem {
  const detail = `The database cannot be reached at the moment. ${advice}`
  return new Problem(503, 'database-away', 'The database is away', detail, { retryAfterSeconds: 1 }, cause)
}

/** 503: the connection broke between the order to save and its answer. */
export function outcomeUnknown(cause: unknown): Problem {
  return new Problem(
    503,
    'outcome-unknown',
    'Not known whether it was saved',
    'The connection to the database broke while this was being saved, so it may be saved or not. Look before you send it again; with the same Idempotency-Key it is done only once.',
    { retryAfterSeconds: 1 },
    cause,
  )
}

export function diskFull(): Problem {
  return new Problem(
    503,
    'disk-full',
    'The disk is full',
    'The disk of the server is full. Nothing was saved; the operator must make room, then try again.',
    { retryAfterSeconds: 60 },
  )
}

const fastifyProblems: Record<string, [status: number, type: string, title: string, detail: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    413,
    'too-large',
    'Too large',
    'The request is larger than this route takes. Nothing was saved.',
  ],
  FST_REQ_FILE_TOO_LARGE: [
    413,
    'too-large',
    'Too large',
    'A file is larger than an import takes. Nothing was imported.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'unsupported-media-type',
    'Unsupported media type',
    'This is not JSON. Nothing was saved; send application/json.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: [
    400,
    'invalid-request',
    'The request is not valid',
    'The body is empty. Nothing was saved; send a JSON object.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: [
    400,
    'invalid-request',
    'The request is not valid',
    'The body is not valid JSON. Nothing was saved.',
  ],
}

/** Turns whatever was thrown into the Problem that the client gets; what we did not foresee becomes a plain 500. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  // Whatever was thrown: each field is looked at before it is used, and the casts below follow from what was seen.
  const known = error as Partial<FastifyError & DatabaseError>
  if (known.validation) return notValid(known as FastifyError) // It has a validation.
  const byCode = known.code ? fastifyProblems[known.code] : undefined
  if (byCode) return new Problem(...byCode)
  if (error instanceof SyntaxError)
    return new Problem(...(fastifyProblems.FST_ERR_CTP_INVALID_JSON_BODY ?? [400, '', '', '']))
  const mapped = known.code ? fromDatabase(known as DatabaseError) : undefined // It has a code.
  if (mapped) return mapped
  if (known.statusCode !== undefined && known.statusCode >= 400 && known.statusCode < 500) {
    return new Problem(known.statusCode, 'invalid-request', 'The request is not valid', known.message ?? '')
  }
  return new Problem(
    500,
    'internal',
    'Something went wrong',
    'Rapport failed to answer. Nothing was saved; the server log has the details under this request id.',
  )
}

/** What happened to what the request was for, by its method. */
const undone: Record<string, string> = { GET: 'shown', HEAD: 'shown', DELETE: 'deleted' }

/** What a problem tells whoever sent a request by this method: who only wanted to read had nothing to save. */
export function detailFor({ message, status }: Problem, method: string): string {
  const nothing = `Nothing was ${undone[method] ?? 'saved'}`
  const isWrite = undone[method] !== 'shown'
  const isMute = (status === 403 || status === 404) && !/\b(nothing was|was not)\b/i.test(message)
  return isMute && isWrite ? `${message} ${nothing}.` : message.replace('Nothing was saved', nothing)
}

function notValid(error: FastifyError): Problem {
  const errors = fieldErrors(error)
  const [first] = errors
  if (error.validationContext === 'querystring' && first) {
    const parameter = first.path.replace('query/', '')
    return badRequest(
      `The parameter ${parameter} is not valid: ${first.message.replace(/\.$/, '')}. Nothing was saved.`,
      errors,
    )
  }
  return badRequest('Some values are not valid. Nothing was saved.', errors)
}

type Issue = NonNullable<FastifyError['validation']>[number] & {
  parentSchema?: { description?: string }
  data?: unknown
}

const PATH_LENGTH_MAX = 200

function fieldErrors(error: FastifyError): FieldError[] {
  const prefix =
    error.validationContext === 'querystring' ? 'query' : error.validationContext === 'params' ? 'path' : ''
  const issues: Issue[] = error.validation ?? []
  const explained = new Set(issues.filter((issue) => !isNoise(issue)).map((issue) => issue.instancePath))
  const real = issues.filter((issue) => !isNoise(issue) || !explained.has(issue.instancePath))
  return real.map((issue) => {
    const missing = issue.params.missingProperty ?? issue.params.additionalProperty
    const path = `${prefix}${issue.instancePath}${typeof missing === 'string' ? `/${missing}` : ''}`
    return { path: path.slice(0, PATH_LENGTH_MAX), message: messageOf(issue) }
  })
}

function firstErrors(errors: FieldError[]): FieldError[] {
  const more = errors.length - ERRORS_LISTED_MAX
  if (more <= 0) return errors
  return [...errors.slice(0, ERRORS_LISTED_MAX), { path: '', message: `and ${more} more` }]
}

/** What a validator says of a nullable field beside the real reason. */
function isNoise({ keyword, params }: Issue): boolean {
  return keyword === 'anyOf' || (keyword === 'type' && params.type === 'null')
}

const formatsOfTime = new Set<unknown>(['date', 'date-time', 'day-or-moment'])

function messageOf({ keyword, message, params, parentSchema, data }: Issue): string {
  if (keyword === 'additionalProperties') return 'is not known here'
  if (keyword === 'format' && formatsOfTime.has(params.format)) {
    const fault = timeFault(String(data))
    if (fault) return fault
    if (parentSchema?.description) return `does not fit: ${parentSchema.description}`
  }
  // A pattern says nothing to people; what it stands for does.
  if (keyword === 'pattern' && parentSchema?.description) return `does not fit: ${parentSchema.description}`
  const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : ''
  return `${message ?? 'is not valid'}${allowed}`
}
