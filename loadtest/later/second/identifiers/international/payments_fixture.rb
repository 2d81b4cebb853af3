# frozen_string_literal: true
# spec/fixtures/cards.rb – numbers of the gateway's sandbox, see their docs
module CardFixtures
  VISA_OK       = "⟦~payment_card|4242424242424242⟧"
  VISA_DEBIT    = "⟦~payment_card|4000 0566 5566 5556⟧"
  MASTERCARD    = "⟦~payment_card|5555555555554444⟧"
  AMEX          = "⟦~payment_card|378282246310005⟧"
  DISCOVER      = "⟦~payment_card|6011111111111117⟧"
  DECLINED      = "⟦~payment_card|4000000000000002⟧"
  BAD_LUHN      = "⟦!fails Luhn|4242424242424241⟧"
  IBAN_SANDBOX  = "⟦~iban|DE89370400440532013000⟧"
  UUID          = "880ae1fb-d195-4a4c-8ec4-7500ea7151d4"
  IDEMPOTENCY   = "idem-20260218-0000417"
  ORDER_IDS     = %w[ORD-4024007100418227 ORD-4024007100418228].freeze
  SHA           = "d1498b995e6ac20c77f27148773946091b2757f9"

  def self.expiry
    "12/#{(Time.now.year + 3) % 100}"
  end

  def self.placeholder
    { number: "0000 0000 0000 0000", cvc: "XXX", holder: "CARD HOLDER NAME" }
  end
end
