import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type ImportBench, openImportBench } from '../../test/fixtures/importing.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')

const mapping = {
  name: 'test',
  files: [
    {
      file: 'people.csv',
      records: [{ object: 'customers', external_id: 'id', fields: { last_name: 'name', email: 'email' } }],
    },
  ],
}

describe('rapport import', () => {
  let bench: ImportBench
  let folder: string

  before(async () => {
    bench = await openImportBench()
    folder = mkdtempSync(join(tmpdir(), 'rapport-cli-test-'))
    writeFileSync(join(folder, 'mapping.json'), JSON.stringify(mapping))
    writeFileSync(join(folder, 'people.csv'), 'id,name,email\n1,Ann,a@example.com\n')
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await bench.close()
  })

  /** Runs the real program in the folder of the files. */
  function rapport(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const env = { ...process.env, DATABASE_URL: bench.url, RAPPORT_DATA_DIR: folder, REDIS_URL: '' }
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, 'import', ...args], { cwd: folder, env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
      })
    })
  }

  test('says in one sentence why it cannot run, with exit code 1', async () => {
    const cases: [args: string[], sentence: RegExp][] = [
      [[], /Give a mapping and a folder\.\n\nUsage: rapport import/],
      [['--colour', 'red'], /Unknown option '--colour'/],
      [['southwind', '.'], /There is no mapping called "southwind"/],
      [['missing.json', '.'], /The mapping missing\.json cannot be read \(ENOENT\)/],
      [['mapping.json', 'nowhere'], /There is no folder .*nowhere/],
      [['mapping.json', '.'], /There is no workspace yet/],
      [['mapping.json', '.', '--workspace', '77'], /There is no workspace 77/],
      [['mapping.json', '.', '--workspace', 'mine'], /takes the number of a workspace, not "mine"/],
    ]
    for (const [args, sentence] of cases) {
      const { code, err } = await rapport(...args)
      assert.match(err, sentence)
      assert.equal(code, 1, args.join(' '))
    }
  })

  test('brings the files in, and tells of the rows that failed', async () => {
    const workspaceId = await bench.workspace()
    const good = await rapport('mapping.json', '.')
    assert.deepEqual([good.code, good.err], [0, ''])
    assert.match(
      good.out,
      /file +became +read +inserted +unchanged +failed\npeople\.csv +customers +1 +1 +0 +0/,
    )

    writeFileSync(join(folder, 'people.csv'), 'id,name,email\n1,Ann,a@example.com\n2,Bob,nowhere\n')
    const other = await bench.workspace()
    const several = await rapport('mapping.json', '.')
    assert.equal(several.code, 1)
    assert.match(
      several.err,
      new RegExp(`several workspaces: ${workspaceId} \\(Test\\), ${other} \\(Test\\)`),
    )

    const partly = await rapport(
      'mapping.json',
      '.',
      '--workspace',
      String(workspaceId),
      '--errors',
      'bad.csv',
    )
    assert.equal(partly.code, 2)
    assert.match(partly.out, /people\.csv +customers +2 +0 +1 +1/)
    assert.match(partly.out, /1 row did not go in\. .*bad\.csv/)
    assert.equal(
      readFileSync(join(folder, 'bad.csv'), 'utf8'),
      '\ufeffid,name,email,file,line,column,reason\r\n2,Bob,nowhere,people.csv,3,email,"""nowhere"" is not an email address."\r\n',
    )

    rmSync(join(folder, 'people.csv'))
    const missing = await rapport('mapping.json', '.', '--workspace', String(workspaceId))
    assert.equal(missing.code, 1)
    assert.match(missing.err, /There is no file people\.csv/)
  })
})
