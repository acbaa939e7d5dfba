import { expect, test } from 'vitest'
import { openGateway } from '../../src/payment/index.ts'

const stripe = { kind: 'stripe', secretKey: 'sk_test_1', returnUrl: 'https://shop.example/' } as const

test('the configuration chooses the gateway, and its name is stored with payments', async () => {
  const sandbox = await openGateway({ kind: 'sandbox', url: 'http://127.0.0.1:1' })
  expect(sandbox).toMatchObject({ gateway: { name: 'sandbox' }, readNotice: null })
  expect((await openGateway({ ...stripe, webhookSecrets: ['whsec_1'] })).gateway.name).toBe('stripe')
})

test('without a secret to verify them with, no notices are read', async () => {
  expect((await openGateway({ ...stripe, webhookSecrets: [] })).readNotice).toBeNull()
})

test.each(['pk_test_1', 'whsec_1', '', 'sk_test 1'])(
  'a key that is no secret key (%j) is refused with what was expected',
  async (secretKey) => {
    await expect(openGateway({ ...stripe, secretKey, webhookSecrets: [] })).rejects.toThrow(/sk_…/)
  },
)
