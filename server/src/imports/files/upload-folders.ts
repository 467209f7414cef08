import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'rapport-import-'
/** The folder of a process that is gone, and cannot be asked whether it is, may be this old. */
const AGE_MAX_MS = 24 * 60 * 60 * 1_000

/** A new folder for an upload, named for the process that it belongs to. */
export function makeUploadFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${PREFIX}${hostKey()}-${process.pid}-`))
}

/** Removes the folders of uploads whose process was killed. To be called before this process makes its first. */
export async function removeLeftUploads(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(tmpdir(), name)
    if (await isLeft(name, path)) await rm(path, { recursive: true, force: true })
  }
}

function hostKey(): string {
  return hostname().replace(/[^A-Za-z0-9]/g, '_')
}

async function isLeft(name: string, path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false
  const [, host, pid] = /^rapport-import-(\w+)-(\d+)-\w+$/.exec(name) ?? []
  if (host === hostKey()) return !isAlive(Number(pid))
  return Date.now() - found.mtimeMs > AGE_MAX_MS
}

/** In a container every process may have the number of the one before it. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
