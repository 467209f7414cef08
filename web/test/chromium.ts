import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
const FROM_NPM = join(import.meta.dirname, 'chromium-from-npm')
const UNPACKED = join(FROM_NPM, 'node_modules', '.unpacked')

export interface ChromiumBinary {
  path: string
  /** What its process needs to find its own libraries and fonts. */
  env: NodeJS.ProcessEnv
}

/** A Chromium on this machine: RAPPORT_CHROMIUM, an installed one, or the unpacked one from npm. */
export function findChromium(): ChromiumBinary | undefined {
  const named = process.env.RAPPORT_CHROMIUM
  if (named) return { path: named, env: {} }
  for (const name of SYSTEM_NAMES) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    if (status === 0) return { path: stdout.trim(), env: {} }
  }
  if (existsSync(MAC_CHROME)) return { path: MAC_CHROME, env: {} }
  const path = join(UNPACKED, 'chromium')
  if (!existsSync(path)) return undefined
  return {
    path,
    env: { LD_LIBRARY_PATH: join(UNPACKED, 'al2023', 'lib'), FONTCONFIG_PATH: join(UNPACKED, 'fonts') },
  }
}

/** Where the machine has no Chromium, brings the one that npm carries (Linux x64). Returns whether there is one now. */
export function ensureChromium(): boolean {
  if (findChromium()) return true
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  console.log('No Chromium found; bringing one from npm for the browser tests …')
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FROM_NPM,
    stdio: 'inherit',
  })
  if (installed.status !== 0) return false
  mkdirSync(UNPACKED, { recursive: true })
  const unpacked = spawnSync(process.execPath, ['unpack.mjs'], {
    cwd: FROM_NPM,
    env: { ...process.env, TMPDIR: UNPACKED },
    stdio: 'inherit',
  })
  return unpacked.status === 0 && findChromium() !== undefined
}
