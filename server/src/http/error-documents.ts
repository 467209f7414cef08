import type { RouteDeclaration } from './route.ts'

/** What each status means, for the description of the API. */
const meanings: Record<number, string> = {
  400: 'The request is not valid; `errors` says where. Nothing was saved.',
  401: 'Nobody is signed in, or not any more.',
  403: 'The role of the member does not allow this, or the page that asked is of another site.',
  404: 'There is no such thing in this workspace.',
  408: 'The request took too long to arrive.',
  409: 'A duplicate or a conflicting edit (`conflicts`), or the state of the record does not allow it. Nothing was saved.',
  413: 'The request is larger than this route takes.',
  415: 'The body is not of the type that this route takes.',
  421: 'Rapport does not answer under this name.',
  422: 'The Idempotency-Key was used for another request.',
  429: 'Too many attempts; see Retry-After.',
  500: 'Rapport failed; the log has the details under the request id.',
  503: 'Too busy, the database away or the disk full; see Retry-After.',
}

/** Statuses with which a route may refuse, besides its answer. */
export function refusalsOf({
  access,
  params,
  body,
  upload,
  idempotent,
  ...route
}: RouteDeclaration): number[] {
  const isPublic = access === 'public'
  const hasBody = body !== undefined || upload !== undefined
  const statuses = [
    400,
    ...(isPublic && !hasBody ? [] : [401, 403]),
    ...(params || !route.reads ? [404] : []),
    ...(hasBody ? [408, 413, 415] : []),
    ...(route.reads ? [] : [409]),
    421,
    ...(idempotent ? [422] : []),
    ...(hasBody && !route.writes ? [429] : []),
    500,
    503,
  ]
  return statuses
}

/** Each as the one form of errors, for the description of the API. */
export function errorDocuments(declaration: RouteDeclaration) {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(
    refusalsOf(declaration).map((status) => [status, { description: meanings[status] ?? '', content }]),
  )
}
