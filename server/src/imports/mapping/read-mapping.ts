import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Value } from 'typebox/value'
import { ImportFailure } from '../failure.ts'
import { Mapping } from './mapping.ts'
import { checkMeaning } from './meaning.ts'

const MAPPINGS_DIR = join(import.meta.dirname, 'shipped')
const MESSAGES_MAX = 10

/** Checks a mapping's JSON. Throws ImportFailure that names the place and the fault of each of the first ten. */
export function parseMapping(json: string, described: string): Mapping {
  const value = parseJson(json, described)
  if (!Value.Check(Mapping, value)) throw invalid(described, shapeFaults(value))
  const faults = checkMeaning(value)
  if (faults.length > 0) throw invalid(described, faults)
  return value
}

function parseJson(json: string, described: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new ImportFailure(
      `${described} is not valid JSON (${(error as Error).message}). Nothing was imported.`,
    )
  }
}

function invalid(described: string, faults: string[]): ImportFailure {
  const more = faults.length > MESSAGES_MAX ? `\n  and ${faults.length - MESSAGES_MAX} more` : ''
  const list = faults.slice(0, MESSAGES_MAX).map((fault) => `\n  ${fault}`)
  return new ImportFailure(`${described} cannot be used; nothing was imported:${list.join('')}${more}`)
}

function shapeFaults(value: unknown): string[] {
  const faults = new Map<string, string>()
  for (const error of Value.Errors(Mapping, value)) {
    // The branches of a choice each complain; the choice as a whole is said once, by the shortest path.
    if (error.keyword === 'anyOf') continue
    // What ajv reports, by its keyword.
    const params = error.params as {
      additionalProperties?: string[]
      allowedValues?: string[]
      requiredProperties?: string[]
    }
    const details = params.additionalProperties ?? params.allowedValues ?? params.requiredProperties
    const path = error.instancePath || 'the mapping'
    const message = `${path}: ${error.message}${details ? ` (${details.join(', ')})` : ''}`
    faults.set(path, faults.has(path) ? `${faults.get(path)}, or ${error.message}` : message)
  }
  return [...faults.values()]
}

/** Names of the mappings that ship with Rapport. */
export function shippedMappings(): string[] {
  return readdirSync(MAPPINGS_DIR)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
}

/** A mapping that ships with Rapport, by its name. */
export function shippedMapping(name: string): Mapping {
  const known = shippedMappings()
  if (!known.includes(name)) {
    throw new ImportFailure(
      `There is no mapping called "${name}". Rapport brings ${known.join(', ')}; for your own give the path of a .json file.`,
    )
  }
  return parseMapping(readFileSync(join(MAPPINGS_DIR, `${name}.json`), 'utf8'), `The mapping ${name}`)
}

/** For the command line: a name, or the path of a .json file. */
export function mappingFromNameOrFile(nameOrFile: string): Mapping {
  if (!nameOrFile.endsWith('.json')) return shippedMapping(nameOrFile)
  let json: string
  try {
    json = readFileSync(resolve(nameOrFile), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ImportFailure(`The mapping ${nameOrFile} cannot be read (${code}). Check the path.`)
  }
  return parseMapping(json, `The mapping ${nameOrFile}`)
}
