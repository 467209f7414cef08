import type { Readable } from 'node:stream'
import type { MultipartFile, MultipartValue } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { badRequest, Problem } from '../errors.ts'
import { allowSlowBody } from '../http/slow-bodies.ts'
import { shown } from '../values/text.ts'
import { ImportFailure } from './failure.ts'
import { FILES_MAX, filesOf, type Mapping } from './mapping/mapping.ts'
import { parseMapping, shippedMapping } from './mapping/read-mapping.ts'

/** Of one file. The command line takes larger ones. */
export const UPLOAD_FILE_BYTES_MAX = 512 * 1024 ** 2
const MAPPING_BYTES_MAX = 256 * 1024
/** An upload may take as long as it needs, but not fall silent for longer. */
const SILENCE_MAX_MS = 30_000

/** Limits of @fastify/multipart: it refuses what goes over them with 413. */
export const uploadLimits = {
  fileSize: UPLOAD_FILE_BYTES_MAX,
  fieldSize: MAPPING_BYTES_MAX,
  files: FILES_MAX,
  fields: 1,
  parts: FILES_MAX + 1,
}

/** Keeps a file of an upload; `number` is its place among those of the mapping. */
export type KeepFile = (number: number, content: Readable) => Promise<void>

/** Reads a multipart request, its files by `keep`. Throws a Problem if it is not complete. */
export async function receiveUpload(request: FastifyRequest, keep: KeepFile): Promise<Mapping> {
  if (!request.isMultipart()) {
    throw new Problem(
      415,
      'unsupported-media-type',
      'Unsupported media type',
      'Send multipart/form-data: a field "mapping", then the files.',
    )
  }
  allowSlowBody(request, SILENCE_MAX_MS)
  try {
    return await receiveParts(request, keep)
  } catch (error) {
    throw asProblem(error)
  }
}

/** What is wrong with the request itself has no code: no boundary, a part without an end. */
function asProblem(error: unknown): unknown {
  if (error instanceof Problem || !(error instanceof Error) || 'code' in error) return error
  return badRequest(
    `The upload is not complete, or is no multipart/form-data (${error.message}). Nothing was imported.`,
  )
}

async function receiveParts(request: FastifyRequest, keep: KeepFile): Promise<Mapping> {
  let mapping: Mapping | undefined
  const received = new Set<string>()
  for await (const part of request.parts()) {
    if (part.type === 'field') mapping = mappingOf(part)
    else received.add(await receiveFile(part, mapping, received, keep))
  }
  if (!mapping) throw badRequest('There is no field "mapping". Nothing was imported.')
  const missing = filesOf(mapping).filter((file) => !received.has(file))
  if (missing.length > 0) {
    throw badRequest(
      `The mapping ${mapping.name} also reads ${missing.join(', ')}. Nothing was imported; send all its files at once.`,
    )
  }
  return mapping
}

function mappingOf({ fieldname, value, valueTruncated }: MultipartValue): Mapping {
  if (fieldname !== 'mapping') {
    throw badRequest(
      `The field "${fieldname}" is not known here; send "mapping", then the files. Nothing was imported.`,
    )
  }
  if (valueTruncated) {
    throw new Problem(
      413,
      'too-large',
      'Too large',
      `A mapping has at most ${MAPPING_BYTES_MAX / 1024} kB. Nothing was imported.`,
    )
  }
  const text = String(value).trim()
  try {
    return text.startsWith('{') ? parseMapping(text, 'The mapping') : shippedMapping(text)
  } catch (error) {
    throw error instanceof ImportFailure ? badRequest(error.message) : error
  }
}

/** Only files that the mapping has. A Mac sends é as two characters. */
async function receiveFile(
  { filename: sent, file }: MultipartFile,
  mapping: Mapping | undefined,
  received: Set<string>,
  keep: KeepFile,
): Promise<string> {
  if (!mapping) throw badRequest('The field "mapping" must come before the files. Nothing was imported.')
  const known = filesOf(mapping)
  const filename = known.find((name) => name.normalize() === sent.normalize())
  if (filename === undefined) {
    throw badRequest(
      `The mapping ${mapping.name} reads no file ${shown(sent)}; it reads ${known.join(', ')}. Nothing was imported.`,
    )
  }
  if (received.has(filename)) throw badRequest(`The file ${filename} was sent twice. Nothing was imported.`)
  // By its number: what a file is called is no matter for where it lies.
  await keep(known.indexOf(filename), file)
  return filename
}
