import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { cleanDomain, cleanDomainBeginning } from './domain.ts'
import { cleanEmail, cleanEmailBeginning, emailKey, plainEmail } from './email.ts'

describe('a domain', () => {
  test('is kept with the letters that people read', () => {
    assert.equal(cleanDomain('XN--Mller-KVA.de'), 'müller.de')
    assert.equal(cleanDomain('ｍüller．de'), 'müller.de')
    assert.equal(cleanDomain('www.xn--r8jz45g.xn--zckzah'), 'www.例え.テスト')
    assert.equal(cleanDomain('Example.COM'), 'example.com')
  })

  test('stays as it is where that would be guessing', () => {
    // No code, one that says nothing, one with a character that nobody sees.
    for (const domain of [
      'xn--a.de',
      'xn--999999999.com',
      'xn--abc-.de',
      domainToASCII('نامه‌ای.com'),
      'axn--mller-kva.de',
    ]) {
      assert.equal(cleanDomain(domain), domain)
    }
  })

  test('is the one that browsers look up, whichever way it is written', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'abzäöüßéñłжяδωé中田あ한א1-'),
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(letters, (label) => {
        const encoded = domainToASCII(`${label}.com`)
        fc.pre(encoded.startsWith('xn--') && encoded.length < 60 && !/^-|-$/.test(label))
        const read = cleanDomain(encoded)
        assert.notEqual(read, encoded)
        assert.equal(domainToASCII(read), encoded)
      }),
    )
  })

  test('that is only begun is read as far as it is whole', () => {
    assert.equal(cleanDomainBeginning('xn--mller-kva.d'), 'müller.d')
    assert.equal(cleanDomainBeginning('xn--mller-kva'), 'xn--mller-kva')
  })
})

describe('an email address', () => {
  test('is the same in both spellings of its domain', () => {
    assert.equal(cleanEmail('Info@XN--mller-kva.de'), 'Info@müller.de')
    assert.equal(emailKey('info@xn--mller-kva.de'), emailKey('INFO@Müller.de'))
    assert.equal(cleanEmail('xn--mller-kva@example.com'), 'xn--mller-kva@example.com')
    assert.equal(cleanEmailBeginning('Info@xn--mller-kva.d'), 'Info@müller.d')
    assert.equal(cleanEmailBeginning('xn--mller-kva.'), 'xn--mller-kva.')
    assert.equal(cleanEmail(cleanEmail('a@xn--mller-kva.de')), 'a@müller.de')
  })

  test('is as it was typed where one signs in with it', () =>
    assert.equal(plainEmail(' info@xn--mller-kva.de'), 'info@xn--mller-kva.de'))
})
