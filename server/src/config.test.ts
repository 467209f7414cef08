import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'rapport-config-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))

const read = (env: NodeJS.ProcessEnv) => readConfig({ RAPPORT_DATA_DIR: dataDir, ...env })
const refused = (env: NodeJS.ProcessEnv, words: RegExp) =>
  assert.throws(
    () => read(env),
    (error) => error instanceof ConfigError && words.test(error.message),
  )

describe('the secret', () => {
  test('is made and kept where none is given', () => {
    const { secret } = read({})
    assert.ok(secret.length >= 32)
    assert.equal(read({}).secret, secret)
  })
  for (const weak of ['', 'x', 'change-me', 'a'.repeat(64), 'ab'.repeat(40)]) {
    test(`"${weak.slice(0, 12)}" is too weak to sign sessions with`, () =>
      refused({ RAPPORT_SECRET: weak }, /too weak/))
  }
})

describe('whose word of the address of a client is believed', () => {
  const cases: [string | undefined, unknown][] = [
    [undefined, false],
    ['', false],
    ['0', false],
    ['false', false],
    ['1', 1],
    ['3', 3],
    ['10.0.0.7', ['10.0.0.7']],
    ['10.0.0.0/8, ::1, 2001:db8::/32', ['10.0.0.0/8', '::1', '2001:db8::/32']],
  ]
  for (const [given, expected] of cases) {
    test(`${given ?? 'nothing given'}`, () =>
      assert.deepEqual(read({ TRUST_PROXY: given }).trustProxy, expected))
  }
  for (const wrong of ['true', 'yes', '11', '1.5', '10.0.0.0/33', 'proxy.example', '10.0.0.1/8/8']) {
    test(`"${wrong}" is refused`, () => refused({ TRUST_PROXY: wrong }, /number of proxies/))
  }
})

test('further names are told apart by commas, in any case', () => {
  assert.deepEqual(read({ ALLOWED_HOSTS: 'CRM.example.com, crm.local' }).allowedHosts, [
    'crm.example.com',
    'crm.local',
  ])
})

describe('what is left out to see what it is worth', () => {
  test('is nothing unless it is named', () => assert.deepEqual(read({}).without, new Set()))
  test('is named, separated by commas', () =>
    assert.deepEqual(
      read({ RAPPORT_WITHOUT: 'cache, shared-connections' }).without,
      new Set(['cache', 'shared-connections']),
    ))
  test('is refused where nothing has such a name', () =>
    refused({ RAPPORT_WITHOUT: 'cash' }, /knows no "cash".*cache/))
})
