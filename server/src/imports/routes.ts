import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import multipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import type { Subject } from '../cache/subjects.ts'
import type { Database } from '../db/database.ts'
import { notFound, overloaded } from '../errors.ts'
import { implement } from '../http/implement.ts'
import type { Scope } from '../scope.ts'
import { errorFile } from './files/error-file.ts'
import { removeLeftUploads } from './files/upload-folders.ts'
import { failSilentImports, listImports, readImport } from './queries.ts'
import { startImport } from './run-import.ts'
import { openSample } from './sample.ts'
import { type Import, importRoutes } from './schema.ts'
import { receiveUpload, type Upload, uploadLimits } from './upload.ts'

/** Of a workspace in this process, uploads included. */
const IMPORTS_OF_WORKSPACE_MAX = 2
/** Of all workspaces. */
const IMPORTS_AT_ONCE_MAX = 20
/** What an import may change. */
const changedSubjects: readonly Subject[] = [
  'customers',
  'companies',
  'sales_representatives',
  'products',
  'orders',
  'interactions',
]

interface ImportDeps {
  db: Database
  pool: pg.Pool
}

/** Imports go on in this process after their request is answered; when it stops, they end after their batch. */
export async function registerImports(app: FastifyInstance, deps: ImportDeps): Promise<void> {
  await app.register(async (context) => {
    // Nobody waits for what a killed process has left.
    removeLeftUploads().catch((error) => context.log.warn({ err: error }, 'the files of old imports stay'))
    await context.register(multipart, { limits: uploadLimits, throwFileSizeLimit: true })
    const running = new RunningImports(context, deps)
    context.addHook('onClose', () => running.stop())
    const { db } = deps
    implement(context, importRoutes, {
      'POST /api/imports': ({ scope, http }) => running.accept(scope, () => receiveUpload(http)),
      'POST /api/imports/sample': ({ scope }) =>
        running.accept(scope, async () => ({ ...openSample(), remove: async () => {} })),
      'GET /api/imports': async ({ scope }) => {
        await failSilentImports(db, scope.workspaceId)
        return { items: await listImports(db, scope.workspaceId) }
      },
      'GET /api/imports/:id': async ({ scope, params }) => {
        await failSilentImports(db, scope.workspaceId)
        return existing(await readImport(db, scope.workspaceId, params.id))
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

function existing(found: Import | undefined): Import {
  if (!found) throw notFound('import')
  return found
}

/** The imports that this process is at. */
class RunningImports {
  readonly #app: FastifyInstance
  readonly #deps: ImportDeps
  readonly #abort = new AbortController()
  readonly #imports = new Set<Promise<void>>()
  /** How many each workspace has, by its id. */
  readonly #taken = new Map<number, number>()

  constructor(app: FastifyInstance, deps: ImportDeps) {
    this.#app = app
    this.#deps = deps
  }

  /** Takes the files and starts; resolves with the import as it stands at its beginning. */
  async accept(scope: Scope, receive: () => Promise<Upload>): Promise<Import> {
    const free = this.#take(scope.workspaceId)
    let upload: Upload | undefined
    try {
      upload = await receive()
      const importId = await this.#start(scope, upload, free)
      return existing(await readImport(this.#deps.db, scope.workspaceId, importId))
    } catch (error) {
      free()
      await upload?.remove()
      throw error
    }
  }

  /** Takes a place; returns what gives it back. */
  #take(workspaceId: number): () => void {
    const own = this.#taken.get(workspaceId) ?? 0
    if (own >= IMPORTS_OF_WORKSPACE_MAX) {
      throw overloaded(`${own} imports of this workspace are running or being uploaded already.`)
    }
    const all = [...this.#taken.values()].reduce((sum, count) => sum + count, 0)
    if (all >= IMPORTS_AT_ONCE_MAX) throw overloaded(`${all} imports are running already.`)
    this.#taken.set(workspaceId, own + 1)
    return () => {
      const left = (this.#taken.get(workspaceId) ?? 1) - 1
      if (left > 0) this.#taken.set(workspaceId, left)
      else this.#taken.delete(workspaceId)
    }
  }

  async #start(
    { workspaceId, userId }: Scope,
    { mapping, openFile, remove }: Upload,
    free: () => void,
  ): Promise<number> {
    const { signal } = this.#abort
    const onProgress = () => this.#bump(workspaceId)
    const { importId, finished: result } = await startImport({
      ...this.#deps,
      workspaceId,
      userId,
      mapping,
      openFile,
      signal,
      onProgress,
    })
    const ended = result.then(async ({ cause }) => {
      if (cause) this.#app.log.error({ err: cause, importId }, 'an import stopped')
      await this.#bump(workspaceId)
      await remove().catch((error) => this.#app.log.warn({ err: error }, 'the files of an import stay'))
      free()
      this.#imports.delete(ended)
    })
    this.#imports.add(ended)
    return importId
  }

  /** What is committed is committed; if the versions cannot be raised, nothing is served from the shared cache. */
  async #bump(workspaceId: number): Promise<void> {
    try {
      await this.#app.responseCache.bump(workspaceId, changedSubjects)
    } catch (error) {
      this.#app.log.warn({ err: error }, 'the versions of an import could not be raised')
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await Promise.all(this.#imports)
  }
}
