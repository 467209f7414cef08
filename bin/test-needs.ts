import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { redisFound } from '../server/test/fixtures/redis.ts'
import { ensureChromium } from '../web/test/chromium.ts'

/** What some tests need beyond npm, and this machine has not. */
export interface Lack {
  name: string
  /** What does not run without it. */
  tests: string
  /** Where every test must run. What is not ours to ship is asked of nobody. */
  demanded: boolean
  /** Names of its package, by the program that installs it. */
  packages?: Readonly<Record<Installer, string>>
}

/** How each program installs packages, in the order in which they are looked for. */
const installers = {
  'apt-get': 'sudo apt-get install -y',
  dnf: 'sudo dnf install -y',
  pacman: 'sudo pacman -S --noconfirm',
  apk: 'sudo apk add',
  brew: 'brew install',
} as const
type Installer = keyof typeof installers

const SAMPLE_DATA = process.env.RAPPORT_SAMPLE_DATA ?? join(import.meta.dirname, '..', '..', 'shared', 'data')

/** Looks for everything, and brings a Chromium from npm where there is none. */
export function lacking(): Lack[] {
  const needs: (Lack & { found: boolean })[] = [
    {
      name: 'Chromium on this machine',
      tests: 'the browser tests (web/test)',
      demanded: true,
      found: ensureChromium(),
      packages: {
        'apt-get': 'chromium',
        dnf: 'chromium',
        pacman: 'chromium',
        apk: 'chromium',
        brew: 'google-chrome',
      },
    },
    {
      name: 'redis-server on this machine',
      tests: 'the tests of the shared cache with Redis',
      demanded: true,
      found: redisFound,
      packages: { 'apt-get': 'redis-server', dnf: 'redis', pacman: 'redis', apk: 'redis', brew: 'redis' },
    },
    {
      name: 'folder with the Northwind files, which are not ours to ship (RAPPORT_SAMPLE_DATA names the one that has them)',
      tests: 'the imports of Northwind',
      demanded: false,
      found: existsSync(join(SAMPLE_DATA, 'northwind')),
    },
  ]
  return needs.filter(({ found }) => !found)
}

/** One command that installs all of it; undefined if there is nothing to install, or nothing known to do it. */
export function installCommand(lacks: readonly Lack[]): string | undefined {
  const wanted = lacks.flatMap(({ packages }) => packages ?? [])
  if (wanted.length === 0) return undefined
  const known = Object.keys(installers) as Installer[] // Its own keys.
  const installer = known.find((name) => spawnSync(name, ['--version']).status === 0)
  if (!installer)
    return `install ${lacks.flatMap(({ packages }) => packages?.['apt-get'] ?? []).join(' and ')}`
  return `${installers[installer]} ${wanted.map((packages) => packages[installer]).join(' ')}`
}
