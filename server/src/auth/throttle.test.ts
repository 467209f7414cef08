import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Account, cookieOf, createAccount, signIn } from '../../test/fixtures/accounts.ts'
import { startTestApp, type TestApp } from '../../test/fixtures/app.ts'
import {
  createWorkspace,
  type Problem,
  problemOf,
  request,
  type TestWorkspace,
} from '../../test/fixtures/workspace.ts'
import { Problem as Refusal, unauthorized } from '../errors.ts'
import { DEVICE_COOKIE } from './devices.ts'
import { SignInThrottle } from './throttle.ts'

const ALLOWED = 8
const MINUTE_MS = 60_000

describe('wrong passwords', () => {
  const clock = { time: 0, now: () => clock.time }
  const wrong = async () => {
    throw unauthorized('wrong')
  }
  const right = async () => 'in'
  let throttle: SignInThrottle
  const fail = async (person: string, address: string, times: number) => {
    for (let i = 0; i < times; i++)
      await assert.rejects(throttle.attempt({ person, address }, wrong), { status: 401 })
  }
  const stopped = (person: string, address: string) =>
    assert.rejects(throttle.attempt({ person, address }, right), (error) => {
      assert.ok(error instanceof Refusal)
      assert.equal(error.status, 429)
      return true
    })
  const goesOn = async (person: string, address: string) =>
    assert.equal(await throttle.attempt({ person, address }, right), 'in')
  const fresh = () => {
    throttle = new SignInThrottle(clock)
  }

  test('stop a person at an address, not others and not elsewhere', async () => {
    fresh()
    await fail('ann', '10.0.0.1', ALLOWED)
    await stopped('ann', '10.0.0.1')
    await goesOn('bob', '10.0.0.1')
    await goesOn('ann', '10.0.0.2')
  })

  test('stop a person everywhere when they come from everywhere', async () => {
    fresh()
    for (let host = 1; host <= 40; host++) await fail('ann', `10.0.0.${host}`, 1)
    await stopped('ann', '10.0.1.1')
    await goesOn('bob', '10.0.1.1')
  })

  test('stop an address that tries one person after another', async () => {
    fresh()
    for (let person = 1; person <= 60; person++) await fail(`person ${person}`, '10.0.0.1', 1)
    await stopped('ann', '10.0.0.1')
    await goesOn('ann', '10.0.0.2')
  })

  test('are forgotten a quarter of an hour after the first of them', async () => {
    fresh()
    clock.time = MINUTE_MS
    await fail('ann', '10.0.0.1', 1)
    clock.time += 14 * MINUTE_MS
    await fail('ann', '10.0.0.1', ALLOWED - 1)
    await assert.rejects(throttle.attempt({ person: 'ann', address: '10.0.0.1' }, right), (error) => {
      assert.ok(error instanceof Refusal)
      assert.equal(error.extras.retryAfterSeconds, 60)
      assert.match(error.message, /in 1 minute\./)
      return true
    })
    clock.time += MINUTE_MS + 1
    await goesOn('ann', '10.0.0.1')
  })

  test('are forgotten when the right one comes', async () => {
    fresh()
    await fail('ann', '10.0.0.1', ALLOWED - 1)
    await goesOn('ann', '10.0.0.1')
    await fail('ann', '10.0.0.1', ALLOWED)
    await stopped('ann', '10.0.0.1')
  })

  test('count while they are being tried', async () => {
    fresh()
    const { promise, resolve } = Promise.withResolvers<void>()
    const slow = async () => {
      await promise
      throw unauthorized('wrong')
    }
    const attempts = Array.from({ length: 20 }, () =>
      throttle.attempt({ person: 'ann', address: '10.0.0.1' }, slow),
    )
    resolve()
    const statuses = await Promise.all(attempts.map((attempt) => attempt.catch(({ status }) => status)))
    assert.equal(statuses.filter((status) => status === 401).length, ALLOWED)
    assert.equal(statuses.filter((status) => status === 429).length, 12)
  })

  test('are not what a broken database is', async () => {
    fresh()
    const broken = async () => {
      throw new Error('the database does not answer')
    }
    for (let i = 0; i < 100; i++)
      await assert.rejects(throttle.attempt({ person: 'ann', address: '10.0.0.1' }, broken), /database/)
    await goesOn('ann', '10.0.0.1')
  })

  test('count together for all addresses of one IPv6 network', async () => {
    fresh()
    const same = ['2001:db8::1', '2001:db8:0:0:9::2', '2001:0DB8:0000::ffff', '2001:db8:0:0:1:2:3:4']
    for (const address of same) await fail('ann', address, ALLOWED / same.length)
    await stopped('ann', '2001:db8::abcd')
    await goesOn('ann', '2001:db8:0:1::1')
    await goesOn('ann', '::1')
  })

  test('count together for an IPv4 address and how IPv6 writes it', async () => {
    fresh()
    await fail('ann', '::ffff:10.0.0.1', ALLOWED)
    await stopped('ann', '10.0.0.1')
    await goesOn('ann', '::ffff:10.0.0.2')
  })
})

/** The mark that a sign-in leaves on a device, as a header of its next requests. */
function deviceOf(answer: Awaited<ReturnType<typeof signIn>>): { cookie: string } {
  const mark = answer.headers.getSetCookie().find((cookie) => cookie.startsWith(DEVICE_COOKIE))
  assert.ok(mark, answer.text)
  assert.match(mark, /HttpOnly/)
  return { cookie: mark.split(';')[0] ?? '' }
}

describe('over HTTP', () => {
  let app: TestApp
  let workspace: TestWorkspace
  before(async () => {
    app = await startTestApp({ TRUST_PROXY: '1' })
    workspace = await createWorkspace(app)
  })
  after(() => app.close())

  /** Sends a request again and again at the same moment: all but eight must be stopped. */
  async function burst(send: () => ReturnType<typeof signIn>, refusal: number): Promise<Problem> {
    const answers = await Promise.all(Array.from({ length: ALLOWED + 4 }, send))
    const [stopped, ...others] = answers.filter(({ status }) => status === 429)
    assert.ok(stopped)
    assert.equal(others.length, 3)
    assert.equal(answers.filter(({ status }) => status === refusal).length, ALLOWED)
    const seconds = Number(stopped.headers.get('retry-after'))
    assert.ok(seconds > 0 && seconds <= 15 * 60, `${seconds}`)
    return problemOf(stopped, 429, 'burst')
  }

  test('the ninth attempt to sign in is stopped, even with the right password', async () => {
    const ann = await createAccount(app, workspace.id)
    const problem = await burst(() => signIn(app, { ...ann, password: 'a wrong password' }), 401)
    assert.match(problem.detail, /too often.*try again in \d+ minutes?/)
    assert.equal((await signIn(app, ann)).status, 429)
    assert.equal((await signIn(app, { ...ann, email: ann.email.toUpperCase() })).status, 429)
    assert.equal((await signIn(app, ann, { 'x-forwarded-for': '192.0.2.1' })).status, 200)
  })

  test('what stands left of the proxy’s own word in X-Forwarded-For was written by the client and is no way around', async () => {
    const dan = await createAccount(app, workspace.id)
    let forged = 0
    await burst(
      () =>
        signIn(
          app,
          { ...dan, password: 'wrong password' },
          { 'x-forwarded-for': `10.9.8.${++forged}, 203.0.113.9` },
        ),
      401,
    )
  })

  test('strangers cannot keep a person out of a device on which they have signed in before', async () => {
    const cleo = await createAccount(app, workspace.id)
    const device = deviceOf(await signIn(app, cleo))
    for (let host = 1; host <= 5; host++) {
      for (let n = 0; n < ALLOWED; n++) {
        await signIn(app, { ...cleo, password: 'a wrong guess' }, { 'x-forwarded-for': `198.51.100.${host}` })
      }
    }
    const elsewhere = { 'x-forwarded-for': '192.0.2.77' }
    assert.equal((await signIn(app, cleo, elsewhere)).status, 429, 'a strange device is stopped')
    assert.equal((await signIn(app, cleo, { ...elsewhere, ...device })).status, 200)
    const other = await createAccount(app, workspace.id)
    const foreign = deviceOf(await signIn(app, other, { 'x-forwarded-for': '192.0.2.78' }))
    assert.equal(
      (await signIn(app, cleo, { ...elsewhere, ...foreign })).status,
      429,
      'nor is another’s mark any good',
    )
  })

  test('who guesses on a known device is stopped like anybody', async () => {
    const dora = await createAccount(app, workspace.id)
    const device = deviceOf(await signIn(app, dora))
    await burst(() => signIn(app, { ...dora, password: 'a wrong guess' }, device), 401)
  })

  test('an unknown address is stopped in the same way', async () => {
    const nobody: Account = { userId: '', email: 'nobody@example.com', password: 'a wrong password' }
    await burst(() => signIn(app, nobody), 401)
  })

  test('the current password cannot be guessed either', async () => {
    const bob = await createAccount(app, workspace.id)
    const session = await cookieOf(app, bob)
    const body = { current_password: 'a wrong password', new_password: 'a new password' }
    await burst(() => request(app.url, 'POST /api/auth/password', { body }, session), 403)
  })

  test('nor that of someone who is invited', async () => {
    const eve = await createAccount(app)
    const owner = await workspace.join('owner')
    const { token } = await owner.ok('POST /api/invitations', { body: { email: eve.email, role: 'manager' } })
    const parts = { params: { token }, body: { password: 'a wrong password' } }
    await burst(() => request(app.url, 'POST /api/invitations/by-token/:token/accept', parts), 403)
  })
})
