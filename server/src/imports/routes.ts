import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import multipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import { HEARD_WITHIN_MS } from '../cache/change-listener.ts'
import type { AppContext } from '../context.ts'
import { type Database, transaction } from '../db/database.ts'
import { badRequest, notFound, overloaded } from '../errors.ts'
import { implement } from '../http/implement.ts'
import type { Scope } from '../scope.ts'
import { recordTables } from '../vocabulary.ts'
import { errorFile } from './files/error-file.ts'
import { beginUpload, removeUpload, type UploadKey, type UploadStore, uploadStore } from './files/uploads.ts'
import { countUnfinished, createWaiting, failGivenUp, setJob } from './handed-over.ts'
import { runUploaded } from './jobs.ts'
import { filesOf, type Mapping } from './mapping/mapping.ts'
import { failSilentImports, listImports, readImport } from './queries.ts'
import { openSample } from './sample.ts'
import { type Import, importRoutes } from './schema.ts'
import { type KeepFile, receiveUpload, uploadLimits } from './upload.ts'

/** Of a workspace, in this process. */
const UPLOADS_OF_WORKSPACE_MAX = 2
/** Of all workspaces. */
const UPLOADS_AT_ONCE_MAX = 20
/** Imports of a workspace that wait or run: their files take room. */
const UNFINISHED_OF_WORKSPACE_MAX = 10

/** Imports are run by a worker (see jobs.ts); here they are received and told of. */
export async function registerImports(app: FastifyInstance, deps: AppContext): Promise<void> {
  await app.register(async (context) => {
    await context.register(multipart, { limits: uploadLimits, throwFileSizeLimit: true })
    const uploads = new Uploads(deps)
    const { db } = deps
    implement(context, importRoutes, {
      'POST /api/imports': ({ scope, http }) => uploads.accept(scope, (keep) => receiveUpload(http, keep)),
      'POST /api/imports/sample': ({ scope }) => uploads.accept(scope, keepSample),
      'GET /api/imports': async ({ scope }) => {
        await failDead(db, scope.workspaceId)
        return { items: await listImports(db, scope.workspaceId) }
      },
      'GET /api/imports/:id': async ({ scope, params }) => {
        await failDead(db, scope.workspaceId)
        const found = existing(await readImport(db, scope.workspaceId, params.id))
        // Who is told that an import has ended must find what it brought in, also before the notices of it are here.
        if (hasJustEnded(found)) await context.responseCache.bump(scope.workspaceId, recordTables)
        return found
      },
      'GET /api/imports/:id/errors.csv': async ({ scope, params, reply }) => {
        existing(await readImport(db, scope.workspaceId, params.id))
        reply.header('content-type', 'text/csv; charset=utf-8')
        reply.header('content-disposition', `attachment; filename="import-${params.id}-errors.csv"`)
        reply.send(Readable.from(errorFile(db, scope.workspaceId, params.id)))
        await finished(reply.raw)
        return undefined
      },
    })
  })
}

/** A worker may run on another machine: the sample goes the way of every upload. */
async function keepSample(keep: KeepFile): Promise<Mapping> {
  const { mapping, openFile } = openSample()
  for (const [number, name] of filesOf(mapping).entries()) await keep(number, openFile(name))
  return mapping
}

async function failDead(db: Database, workspaceId: number): Promise<void> {
  await transaction(db, async (tx) => {
    await failSilentImports(tx, workspaceId)
    await failGivenUp(tx, workspaceId)
  })
}

function hasJustEnded({ finished_at }: Import): boolean {
  return finished_at !== null && Date.now() - Date.parse(finished_at) < HEARD_WITHIN_MS
}

function existing(found: Import | undefined): Import {
  if (!found) throw notFound('import')
  return found
}

/** What this process is just receiving. */
class Uploads {
  readonly #deps: AppContext
  readonly #store: UploadStore
  /** How many each workspace has, by its id. */
  readonly #taken = new Map<number, number>()

  constructor(deps: AppContext) {
    this.#deps = deps
    this.#store = uploadStore(deps.db, deps.config)
  }

  /** Keeps the files where every worker reaches them, and hands the import over; resolves with it as it waits. */
  async accept(scope: Scope, receive: (keep: KeepFile) => Promise<Mapping>): Promise<Import> {
    const { db } = this.#deps
    await refuseTooMany(db, scope.workspaceId)
    const free = this.#take(scope.workspaceId)
    let upload: UploadKey | undefined
    try {
      const mapping = await receive(async (number, content) => {
        upload ??= await beginUpload(db, scope.workspaceId)
        await this.#store.keep(upload, number, content)
      })
      // A mapping reads at least one file, and all were received.
      const importId = await this.#handOver(scope, mapping, upload as UploadKey | undefined)
      upload = undefined
      return existing(await readImport(db, scope.workspaceId, importId))
    } finally {
      free()
      if (upload) await removeUpload(db, this.#store, upload)
    }
  }

  /** Takes a place; returns what gives it back. */
  #take(workspaceId: number): () => void {
    const own = this.#taken.get(workspaceId) ?? 0
    if (own >= UPLOADS_OF_WORKSPACE_MAX) {
      throw overloaded(`${own} imports of this workspace are being uploaded already.`)
    }
    const all = [...this.#taken.values()].reduce((sum, count) => sum + count, 0)
    if (all >= UPLOADS_AT_ONCE_MAX) throw overloaded(`${all} imports are being uploaded already.`)
    this.#taken.set(workspaceId, own + 1)
    return () => {
      const left = (this.#taken.get(workspaceId) ?? 1) - 1
      if (left > 0) this.#taken.set(workspaceId, left)
      else this.#taken.delete(workspaceId)
    }
  }

  #handOver(scope: Scope, mapping: Mapping, upload: UploadKey | undefined): Promise<number> {
    const { db, queue } = this.#deps
    return transaction(db, async (tx) => {
      if (!upload) throw badRequest('No file was sent. Nothing was imported.')
      const { workspaceId, userId } = scope
      const importId = await createWaiting(tx, { workspaceId, userId, mapping, uploadId: upload.id })
      const jobId = await queue.add(tx, runUploaded, { import_id: importId }, { workspaceId })
      if (jobId !== null) await setJob(tx, workspaceId, importId, jobId)
      return importId
    })
  }
}

async function refuseTooMany(db: Database, workspaceId: number): Promise<void> {
  const waiting = await countUnfinished(db, workspaceId)
  if (waiting >= UNFINISHED_OF_WORKSPACE_MAX) {
    throw overloaded(`${waiting} imports of this workspace wait for their turn already.`)
  }
}
